"""`valore coordination`: accounts that act together, with reasons; no proof of intent."""

from typing import TYPE_CHECKING, Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_
from valore.present.language import Words

if TYPE_CHECKING:
    from valore.flows.coordination import Group

NAMED = 6
"""Accounts and posts named in a line; JSON gives all."""


def coordination(
    context: typer.Context,
    window: Annotated[int, typer.Option(min=1, help=N_("Seconds within which two acts count as together."))] = 60,
    limit: Annotated[int, typer.Option(min=1, help=N_("At most so many."))] = 20,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """List accounts that repost, answer, quote, link to or copy the same things together. No proof of intent."""
    from dataclasses import asdict

    from valore.flows.coordination import coordination as ask
    from valore.present.pages.listing import page

    frame: Frame = context.obj
    found, words = ask(frame.space(), window=window), frame.words
    if json:
        groups = [{**asdict(group), "posts": [str(key) for key in group.posts]} for group in found.groups[:limit]]
        facts = {"acts": found.acts, "accounts": found.accounts, "tested": found.tested}
        frame.json({"groups": groups, "of": len(found.groups), **facts})
        return
    if not found.groups:
        frame.say(N_("no accounts act together more often than chance allows (of {tested} pairs)"), tested=found.tested)
        return
    columns = (
        ("accounts", words.say(N_("accounts"))),
        ("count", words.say(N_("how many"))),
        ("why", words.say(N_("why"))),
        ("posts", words.say(N_("posts"))),
    )
    rows = [(_some(g.accounts), len(g.accounts), _why(g, words), _some(g.posts)) for g in found.groups[:limit]]
    notes = (
        words.say(N_("acting together is no proof of intent, nor of one owner")),
        words.say(N_("fans who are always first, an office or a scheduling tool can look the same; read the posts")),
    )
    title = words.say(N_("Accounts that act together"))
    frame.show(page("coordination", title, columns, rows, words, notes), json=False)


def _some(names: tuple[object, ...]) -> str:
    told = ", ".join(map(str, names[:NAMED]))
    return told if len(names) <= NAMED else f"{told}, …"


def _why(group: "Group", words: Words) -> str:
    """Return the reason: on what they met, and how often the surest two did against chance."""
    from valore.flows.coordination import KINDS

    done = ", ".join(f"{n} {words.say(KINDS[kind])}" for kind, n in group.kinds.items())
    odds = words.say(
        N_("the surest two met on {met} of {near} things, by chance on {expected}"),
        met=group.met,
        near=group.near,
        expected=f"{group.expected:.1f}",
    )
    return f"{done}; {odds}"


PLUGIN = Command("coordination", coordination, N_("Accounts that act together more than chance allows, and why."))
