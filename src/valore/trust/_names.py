"""Names inside an archive: what they may be."""

import re
import unicodedata
from collections.abc import Iterable

from valore.errors import RefusedArchive
from valore.model.text import repair
from valore.trust.limits import Limits

_DRIVE = re.compile(r"[A-Za-z]:")


def vetted(name: str, archive: str, limits: Limits) -> str:
    """Return a member's name repaired to NFC.

    Raises:
        RefusedArchive: when it is empty, too long, absolute, or leads out of the archive.
    """
    if not name or "\x00" in name or "\\" in name:
        raise RefusedArchive("{file}: a member's name is empty or holds a forbidden character", file=archive)
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise RefusedArchive(
            "{file}: the member '{member}' leads out of the archive", file=archive, member=repair(name)
        )
    if len(name.encode("utf-8", "surrogatepass")) > limits.name:
        raise RefusedArchive("{file}: a member's name is longer than {limit} bytes", file=archive, limit=limits.name)
    return repair(name)


def distinct(names: Iterable[str], archive: str) -> None:
    """Refuse names that differ only by case or composition: they would overwrite each other elsewhere.

    Raises:
        RefusedArchive: naming the second of two such members.
    """
    seen: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            raise RefusedArchive("{file}: two members are called '{member}'", file=archive, member=name)
        seen.add(folded)
