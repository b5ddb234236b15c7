# ruff: noqa: INP001 - a script, not a package
"""`python docs/locale/update.py`: brings the Italian catalogues of the documentation up to date.

New and changed messages are left empty or marked fuzzy, and are listed; numbers, lone code and the names in
docs/trials translate themselves. The model cards are left out: each carries its own Italian summary.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

DOCS = Path(__file__).parents[1]
ITALIAN = DOCS / "locale" / "it" / "LC_MESSAGES"
CODE = re.compile(r"`[^`]+`")
NUMBERS = re.compile(r"(?:[\d\s.,:;%×+\-–−()/*~≤≥<>±=]|\b(?:[A-Ens]|P\d+|ms|[KMG]i?B|CPU s)\b)*")
HEAD = r"""# The documentation in Italian; `python docs/locale/update.py` brings it up to date.
msgid ""
msgstr ""
"Language: it\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
MARK = re.compile(r"(?<=\d)[.,](?=\d)")


def templates() -> dict[str, Catalog]:
    """Return the messages of each page as the sources have them now, by the page's name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sphinx", "-Q", "-b", "gettext", str(DOCS), folder]
        subprocess.run(command, check=True)  # noqa: S603 - our own command on our own folder
        pages = {str(p.relative_to(folder).with_suffix("")): p for p in sorted(Path(folder).rglob("*.pot"))}
        return {name: _read(path) for name, path in pages.items() if _translated_by_catalogue(name)}


def catalogues() -> dict[str, Catalog]:
    """Return the Italian catalogues as they stand, by the page's name."""
    return {str(p.relative_to(ITALIAN).with_suffix("")): _read(p) for p in sorted(ITALIAN.rglob("*.po"))}


def update() -> Iterator[str]:
    """Merge the sources into the catalogues; yield each message that wants a translator."""
    own = names()
    old = catalogues()
    fresh = templates()
    for name in old.keys() - fresh.keys():
        (ITALIAN / f"{name}.po").unlink()
    for name, template in fresh.items():
        catalogue = _merged(old.get(name), template)
        for message in catalogue:
            itself = translates_itself(str(message.id), own) if message.id else None
            if itself is not None:
                message.string = itself
                message.flags.discard("fuzzy")
            elif message.id and (message.fuzzy or not message.string):
                yield f"{name}: {message.id}"
        _write(ITALIAN / f"{name}.po", catalogue)


def translates_itself(text: str, own: frozenset[str]) -> str | None:
    """Return the Italian of a number, of lone code or of a name; None for everything else."""
    if CODE.fullmatch(text) or text in own:
        return text
    return MARK.sub(lambda mark: "," if mark[0] == "." else ".", text) if NUMBERS.fullmatch(text) else None


def names() -> frozenset[str]:
    """Return the names of the subjects of the trials."""
    files = (tomllib.loads(p.read_text(encoding="utf-8")) for p in sorted((DOCS / "trials").glob("*.toml")))
    return frozenset(subject["name"] for file in files for subject in file.get("subject", ()))


def _translated_by_catalogue(name: str) -> bool:
    return not name.startswith("models/") or name == "models/index"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="it")


def _merged(old: Catalog | None, template: Catalog) -> Catalog:
    catalogue = old if old is not None else Catalog(locale="it")
    catalogue.update(template, update_creation_date=False)
    return catalogue


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for message in catalogue:
        message.flags.discard("python-format")
    with path.open("wb") as file:
        file.write(HEAD.encode())
        write_po(file, catalogue, width=100, no_location=True, omit_header=True, ignore_obsolete=True)


if __name__ == "__main__":
    waiting = list(update())
    sys.stdout.writelines(f"{line}\n" for line in waiting)
    sys.exit(bool(waiting))
