"""`valore import`: files of a place go in."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, MappingError, UnrecognisedSource
from valore.flows.importing import FileImported, Imported
from valore.model.records import REASONS
from valore.present.language import Words
from valore.present.page import Page
from valore.present.pages.listing import page

_NAME = 27
"""Letters of a file's name in the table; JSON gives it whole."""
SKIPPED = {
    "private": N_("private, never read"),
    "media": N_("pictures and videos"),
    "not_needed": N_("not needed by any measure"),
    "unknown": N_("not known to this reader"),
}


def importing(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help=N_("Files, archives or folders."))],
    place: Annotated[str, typer.Option(help=N_("Only this place reads them."))] = "",
    mapping: Annotated[Path | None, typer.Option(help=N_("TOML file that says what a table's columns mean."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Say what would be read; keep nothing."))] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Import, and end with what was read, skipped (and why) and refused."""
    from valore.flows.importing import import_files

    frame: Frame = context.obj
    with frame.progress() as tick:
        done = import_files(frame.space(), files, place=place or None, mapping=mapping, dry_run=dry_run, tick=tick)
    if json:
        frame.json(_document(done))
        return
    frame.show(_page(done, frame.words), json=False)


def _page(done: Imported, words: Words) -> Page:
    columns = (
        ("file", words.say("file")),
        ("place", words.say("place")),
        ("read", words.say("read")),
        ("stored", words.say("new")),
        ("refused", words.say("refused")),
        ("period", words.say("period")),
    )
    rows = [
        (_short(f.name), f.place, f.read, sum(f.stored.values()), sum(f.refused.values()), _period(f, words))
        for f in done.files
    ]
    title = words.say("What would be imported") if done.dry_run else words.say("What was imported")
    return page("imported", title, columns, rows, words, tuple(_notes(done, words)))


def _notes(done: Imported, words: Words) -> list[str]:
    known = [f.name for f in done.files if f.known]
    notes = [words.say("imported before, nothing done: {files}", files=", ".join(known))] if known else []
    if len(known) == len(done.files) > 1:
        notes = [words.say("all of this was imported before; nothing done")]
    resumed = [f.name for f in done.files if f.resumed]
    notes += [words.say("went on where it had stopped: {files}", files=", ".join(resumed))] if resumed else []
    notes += [_skipped(done, words)] if any(f.skipped for f in done.files) else []
    notes += _erased(done, words)
    notes += [
        words.say("refused: {count} × {reason}; list them with `valore faults`", count=n, reason=words.say(REASONS[r]))
        for r, n in done.refused.items()
    ]
    notes += _left(done, words)
    return notes + [
        words.say(
            "this is the archive of {account}; if it is a subject's, say so: valore subject NAME --account {account}",
            account=a,
        )
        for a in done.unlinked
    ]


def _erased(done: Imported, words: Words) -> list[str]:
    count = sum(sum(f.erased.values()) for f in done.files)
    told = words.say("rows about somebody who was erased, left out: {count}; such a file is not kept", count=count)
    return [told] if count else []


def _short(name: str) -> str:
    """Keep the beginning and the ending of a long file name."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 13]}…{name[-12:]}"


def _period(file: FileImported, words: Words) -> str | None:
    if not (file.since and file.until):
        return None
    first, last = words.month(file.since.date()), words.month(file.until.date())
    return first if first == last else f"{first} – {last}"


def _left(done: Imported, words: Words) -> list[str]:
    """Name files that no place knows in one line; say of each other one what is wrong."""
    unknown = [name for name, error in done.left.items() if isinstance(error, UnrecognisedSource | MappingError)]
    told = [words.say("left, not known to any place: {files}", files=", ".join(unknown))] if unknown else []
    wrong = {name: error for name, error in done.left.items() if name not in unknown}
    return told + [words.say("left: {file} ({why})", file=n, why=words.error(e)) for n, e in wrong.items()]


def _skipped(done: Imported, words: Words) -> str:
    counts: dict[str, int] = {}
    for code in (code for f in done.files for code in f.skipped.values()):
        counts[code] = counts.get(code, 0) + 1
    told = ", ".join(f"{words.number(n)} {words.say(SKIPPED.get(code, code))}" for code, n in counts.items())
    return words.say("files inside archives that were not read: {counts}", counts=told)


def _document(done: Imported) -> dict[str, object]:
    return {
        "dry_run": done.dry_run,
        "read": done.read,
        "stored": dict(done.stored),
        "refused": dict(done.refused),
        "unlinked": [str(a) for a in done.unlinked],
        "left": {name: str(error) for name, error in done.left.items()},
        "files": [
            {
                "file": f.name,
                "place": f.place,
                "layout": f.variant,
                "source": f.source,
                "read": f.read,
                "stored": dict(f.stored),
                "refused": dict(f.refused),
                "erased": dict(f.erased),
                "skipped": dict(f.skipped),
                "from": f.since,
                "to": f.until,
                "owner": f.owner,
                "resumed": f.resumed,
                "known": f.known,
            }
            for f in done.files
        ],
    }


PLUGIN = Command("import", importing, N_("Import archives, feeds and tables; the place is recognised."))
