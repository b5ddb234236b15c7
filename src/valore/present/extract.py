"""Collect every text that people may see and bring the catalogues up to date.

`python -m valore.present.extract` writes `locale/valore.pot` and updates each `.po`: new texts come in
untranslated (English fills itself), texts that nobody says any more go. Nothing is guessed: no fuzzy entries.

A text is found when it stands as the first argument of `N_`, `say` or of an error of Valore, as the two first
ones of `many`, or as the `help`, `purpose`, `reads` or `terms` of any call or of a TOML file.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from valore.present.language import LANGUAGES

SPOKEN = frozenset({"help", "purpose", "reads", "terms"})
"""Keyword arguments whose text is shown to people."""
TALKERS = frozenset({"present", "cli", "api.py"})
"""Rooms that know `Words`: elsewhere `say` and `many` are other people's names."""
_BIRTH = datetime(2025, 1, 1, tzinfo=UTC)
"""Catalogues carry no time of extraction: two equal runs write equal files."""


class Found(NamedTuple):
    """One text and where it stands."""

    message: str | tuple[str, str]
    file: str
    line: int


def found(root: Path) -> Iterator[Found]:
    """Yield the texts of all modules under `root`, in the order of files and lines."""
    trees = {p: ast.parse(p.read_text("utf-8")) for p in sorted(root.rglob("*.py"))}
    errors = _errors(list(trees.values()))
    for path, tree in trees.items():
        name = path.relative_to(root.parent).as_posix()
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        for call in sorted(calls, key=lambda n: (n.lineno, n.col_offset)):
            for message in _messages(call, errors, spoken=name.split("/")[1] in TALKERS):
                yield Found(message, name, call.lineno)
    yield from _declared(root)


def _declared(root: Path) -> Iterator[Found]:
    """Yield the texts of what is declared in TOML, such as the purpose of a lens."""
    for path in sorted(root.rglob("*.toml")):
        values = tomllib.loads(path.read_text("utf-8"))
        yield from (Found(values[k], path.relative_to(root.parent).as_posix(), 1) for k in sorted(SPOKEN & set(values)))


def _errors(trees: list[ast.Module]) -> frozenset[str]:
    """Return the names of all classes that descend from `ValoreError`, wherever they are defined."""
    classes = [n for t in trees for n in ast.walk(t) if isinstance(n, ast.ClassDef)]
    known = {"ValoreError"}
    while grown := {c.name for c in classes if known & {_name(b) for b in c.bases}} - known:
        known |= grown
    return frozenset(known)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _messages(call: ast.Call, errors: frozenset[str], *, spoken: bool) -> Iterator[str | tuple[str, str]]:
    texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else "" for a in call.args]
    match _name(call.func), texts:
        case "many", [one, more, *_] if spoken and one and more:
            yield one, more
        case "TooLittleEvidence", _:
            pass
        case name, [text, *_] if text and (name == "N_" or (spoken and name == "say") or name in errors):
            yield text
    for keyword in call.keywords:
        if keyword.arg in SPOKEN and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            yield keyword.value.value


def collected(root: Path) -> Catalog:
    """Return the template of all texts under `root`."""
    template = Catalog(project="Valore", version="", creation_date=_BIRTH, charset="utf-8", fuzzy=False)
    for message, file, _ in found(root):
        if message:
            template.add(message, locations=[(file, 1)])
    return template


def updated(template: Catalog, path: Path, language: str) -> Catalog:
    """Return a language's catalogue with the texts of the template and the translations that stay."""
    old = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(
        locale=language, project="Valore", version="", creation_date=_BIRTH, revision_date=_BIRTH, fuzzy=False,
        last_translator="Valore", language_team=language, copyright_holder="the Valore authors",
    )  # fmt: skip
    for message in template:
        if message.id:
            kept = old.get(message.id)
            said = kept.string if kept and (not isinstance(message.id, tuple) or kept.pluralizable) else None
            new.add(message.id, (message.id if language == "en" else said), locations=message.locations)
    return new


def write(root: Path) -> list[str]:
    """Bring the template and the catalogues of the package at `root` up to date.

    Returns:
        What is still untranslated, as `language: text`.
    """
    template = collected(root)
    _save(template, root / "locale" / "valore.pot")
    missing = []
    for language in LANGUAGES:
        path = root / "locale" / language / "LC_MESSAGES" / "valore.po"
        catalog = updated(template, path, language)
        _save(catalog, path)
        missing += [f"{language}: {m.id}" for m in catalog if m.id and not _said(m.string)]
    return missing


def _said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))


def _save(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as po:
        write_po(po, catalog, width=100, omit_header=False, sort_output=True, include_lineno=False)


if __name__ == "__main__":
    left = write(Path(__file__).resolve().parents[1])
    sys.stdout.write("".join(f"{line}\n" for line in left) or "all texts are translated\n")
    sys.exit(bool(left))
