"""`valore subject`: name a person or a brand and say what is theirs; without a name, list them."""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_
from valore.flows.space import Space
from valore.model.subject import Kind, Subject
from valore.present.terms import term


def subject(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help=N_("Short name; without it the subjects are listed."))] = "",
    kind: Annotated[str, typer.Option(help=N_("person or brand."))] = "",
    name: Annotated[str, typer.Option(help=N_("Full name."))] = "",
    account: Annotated[list[str] | None, typer.Option(help=N_("Own account, as place:id or place:@handle."))] = None,
    alias: Annotated[list[str] | None, typer.Option(help=N_("A name that counts as a mention."))] = None,
    query: Annotated[list[str] | None, typer.Option(help=N_("A query whose posts are about the subject."))] = None,
    statement: Annotated[str, typer.Option(help=N_("Declared identity, in words."))] = "",
    pillar: Annotated[list[str] | None, typer.Option(help=N_("A declared theme."))] = None,
    peer: Annotated[list[str] | None, typer.Option(help=N_("A subject of the reference set."))] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Declare one subject (what is given is added to what is known), or list all."""
    from valore.flows.subjects import declare
    from valore.present.pages.listing import page

    frame: Frame = context.obj
    space = frame.space()
    if slug:
        declare(
            space,
            slug,
            kind=kind or None,
            name=name or None,
            accounts=tuple(account or ()),
            aliases=tuple(alias or ()),
            queries=tuple(query or ()),
            statement=statement or None,
            pillars=tuple(pillar or ()),
            peers=tuple(peer or ()),
        )
    words = frame.words
    shown = page(
        "subjects",
        words.say("Subjects"),
        (
            ("slug", words.say("short name")),
            ("kind", words.say("kind")),
            ("name", words.say("name")),
            ("accounts", words.say("accounts")),
            ("consent", words.say("consent")),
        ),
        ((s.slug, term(s.kind, words), s.name, ", ".join(s.accounts), _agreed(space, s)) for s in space.subjects()),
        words,
    )
    frame.show(shown, json=json)


def _agreed(space: Space, subject: Subject) -> str | None:
    """Return since when a person's consent lives; None for a brand, or where there is none."""
    word = space.consent(subject.slug) if subject.kind is Kind.PERSON else None
    return word.at.date().isoformat() if word and word.given else None


PLUGIN = Command("subject", subject, N_("Name a person or a brand and say what is theirs; or list them."))
