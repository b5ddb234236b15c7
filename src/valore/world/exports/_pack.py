"""Archives whose bytes depend on nothing but their contents."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from valore.world.cast import END

MADE = END
"""When every archive was asked for."""


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip, members in the order given, and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(member, content)
    return path


def tarred(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a tar.gz and return its path."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), int(MADE.timestamp())
            archive.addfile(member, io.BytesIO(content))
    return path


def day(at: datetime, form: str) -> str:
    """Return a moment in English words, whatever the locale.

    Args:
        at: The moment.
        form: A strftime form in which `%a` and `%b` stand for English names.
    """
    weekdays, names = "Mon Tue Wed Thu Fri Sat Sun", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    form = form.replace("%a", weekdays.split()[at.weekday()]).replace("%b", names.split()[at.month - 1])
    return at.strftime(form)
