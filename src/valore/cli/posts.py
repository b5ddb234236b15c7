"""`valore posts`: the posts behind the numbers."""

from datetime import datetime
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_
from valore.present.pages.listing import page
from valore.present.terms import term

SHOWN = 100
"""Letters of a post in a list; JSON and exports give it whole."""


def posts(
    context: typer.Context,
    subject: Annotated[str, typer.Option(help=N_("Only those by or about this subject."))] = "",
    place: Annotated[str, typer.Option(help=N_("Only from this place."))] = "",
    in_language: Annotated[str, typer.Option("--language", help=N_("Only in this language (ISO 639-1)."))] = "",
    since: Annotated[datetime | None, typer.Option(help=N_("From this moment on (UTC)."))] = None,
    until: Annotated[datetime | None, typer.Option(help=N_("Before this moment (UTC)."))] = None,
    text: Annotated[str, typer.Option(help=N_("Only those that hold these words."))] = "",
    polarity: Annotated[str, typer.Option(help=N_("negative, neutral, positive or undecided."))] = "",
    limit: Annotated[int, typer.Option(min=1, help=N_("At most so many."))] = 20,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """List posts, the newest first, with how they were read."""
    from valore.flows.posts import posts as ask

    frame: Frame = context.obj
    words = frame.words
    found = ask(
        frame.space(),
        subject=subject or None,
        place=place or None,
        language=in_language or None,
        since=since,
        until=until,
        text=text or None,
        polarity=polarity or None,
        limit=limit,
    ).to_pylist()
    if json:
        frame.json({"posts": [{**row, "key": str(row["key"]), "author": str(row["author"])} for row in found]})
        return
    columns = (
        ("published", words.say("when")),
        ("place", words.say("place")),
        ("author", words.say("author")),
        ("polarity", words.say("polarity")),
        ("text", words.say("text")),
    )
    rows = [
        (
            words.moment(row["published"]),
            row["place"],
            row["handle"] or row["name"],
            term(row["polarity"], words) if row["polarity"] else None,
            _short(row["text"] or row["title"] or ""),
        )
        for row in found
    ]
    frame.show(page("posts", words.say("Posts"), columns, rows, words), json=False)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


PLUGIN = Command("posts", posts, N_("List posts by subject, place, language, polarity, words."))
