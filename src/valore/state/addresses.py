"""Where a state database is: `sqlite:///path` or `postgres://user:password@host:port/name`."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from valore.errors import SettingsError

SQLITE_WAIT_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
"""FULL, not NORMAL: what was acknowledged here must survive a power cut."""


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{quote(str(path.absolute()))}"


def sqlite_path(url: str) -> Path | None:
    """Return the file behind an address, or None for a server's."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)[1:]).absolute() if parts.scheme == "sqlite" else None


def connection(url: str) -> dict[str, object]:
    """Return Django's settings of one connection.

    Raises:
        SettingsError: an address that is neither, or PostgreSQL without its driver. The address
            itself is never repeated: it may hold a password.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise SettingsError("a database address begins with sqlite:/// or postgres://, not with '{scheme}:'", scheme=scheme)


def _sqlite(url: str) -> dict[str, object]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": SQLITE_WAIT_SECONDS,
        "init_command": _PRAGMAS,
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(sqlite_path(url)), "OPTIONS": options}


def _postgres(url: str) -> dict[str, object]:
    if find_spec("psycopg") is None:
        raise SettingsError("PostgreSQL needs its driver: pip install 'valore[postgres]'")
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise SettingsError("the port in the database's address is not a number") from error
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }
