"""`valore link`: accounts (and copies of posts) that are one; evidence suggests, a person decides."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, UnknownName
from valore.model.links import TOLD, Evidence, Said, Suggestion, Word
from valore.present.language import Words

SAID: Mapping[Said, str] = MappingProxyType(
    {Said.SAME: N_("one holder"), Said.DIFFERENT: N_("different"), Said.BACK: N_("taken back")}
)


def link(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help=N_("suggest, confirm, refuse, undo or list."))] = "suggest",
    first: Annotated[str, typer.Argument(help=N_("Account (place:id or place:@handle), or key of a post."))] = "",
    second: Annotated[str, typer.Argument(help=N_("Account, short name of a subject, or key of a post."))] = "",
    by: Annotated[str, typer.Option(help=N_("Who says so, as they sign."))] = "",
    sure: Annotated[bool, typer.Option("--sure", help=N_("Confirm every suggestion that is sure."))] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Say which accounts are one holder's: they count as one who acts. Every word can be taken back."""
    frame: Frame = context.obj
    if what not in _ACTS and what not in _LISTS:
        raise UnknownName("action", what, (*_ACTS, *_LISTS))
    if what in _LISTS:
        _LISTS[what](frame, json)
    elif not by or not ((first and second) or (sure and what == "confirm")):
        raise typer.BadParameter(frame.words.say(N_("say which two, and with --by who says so")))
    else:
        _say(frame, what, () if sure else (first, second), by, json=json)


def _say(frame: Frame, what: str, names: tuple[str, ...], by: str, *, json: bool) -> None:
    from valore.flows import linking

    space = frame.space()
    act: Callable[..., Word] = getattr(linking, what)
    pairs = [names] if names else [(s.first, s.second) for s in linking.suggest(space) if s.sure]
    said = [act(space, first, second, by=by) for first, second in pairs]
    if json:
        frame.json({"said": [_word(word) for word in said]})
        return
    for word in said:
        told = frame.words.say(SAID[word.said])
        frame.say(N_("{first} and {second}: {said}"), first=word.first, second=word.second, said=told)
    if not said:
        frame.say(N_("nothing is sure enough"))


def _suggested(frame: Frame, json: bool) -> None:
    from valore.flows.linking import suggest
    from valore.present.pages.listing import page

    found, words = suggest(frame.space()), frame.words
    if json:
        frame.json({"suggestions": [_suggestion(s) for s in found]})
        return
    if not found:
        frame.say(N_("nothing says of two accounts that they are one holder's"))
        return
    columns = (
        ("first", words.say(N_("account"))),
        ("second", words.say(N_("other account"))),
        ("confidence", words.say(N_("confidence"))),
        ("evidence", words.say(N_("why"))),
    )
    rows = ((s.first, s.second, s.confidence, _why(s.evidence, words)) for s in found)
    notes = (words.say(N_("nothing is joined before somebody says so: valore link confirm ONE OTHER --by NAME")),)
    frame.show(
        page("links", words.say(N_("Accounts that may be one holder's")), columns, rows, words, notes), json=False
    )


def _listed(frame: Frame, json: bool) -> None:
    from valore.flows.linking import copies, holders
    from valore.model.links import standing
    from valore.present.pages.listing import page

    space, words = frame.space(), frame.words
    said = standing(space.desk.links.all())
    if json:
        groups = [list(group) for group in holders(space)]
        pairs = [{"copy": str(copy), "post": str(post)} for copy, post in copies(space)]
        frame.json({"words": [_word(word) for word in said], "holders": groups, "copies": pairs})
        return
    columns = (
        ("first", words.say(N_("account"))),
        ("second", words.say(N_("other account"))),
        ("said", words.say(N_("said"))),
        ("by", words.say(N_("by"))),
        ("at", words.say(N_("when"))),
    )
    rows = ((w.first, w.second, words.say(SAID[w.said]), w.by, w.at.date()) for w in said)
    once = words.say(N_("posts that came twice and count once: {count}"), count=len(copies(space)))
    title = words.say(N_("What people said of accounts and posts"))
    frame.show(page("words", title, columns, rows, words, (once,)), json=False)


def _why(evidence: tuple[Evidence, ...], words: Words) -> str:
    return "; ".join(words.say(TOLD[kind]) for kind in evidence)


def _suggestion(found: Suggestion) -> dict[str, Any]:
    return {**found._asdict(), "sure": found.sure}


def _word(word: Word) -> dict[str, Any]:
    return {**word._asdict(), "said": word.said.value}


_ACTS = ("confirm", "refuse", "undo")
_LISTS: Mapping[str, Callable[[Frame, bool], None]] = MappingProxyType({"suggest": _suggested, "list": _listed})

PLUGIN = Command("link", link, N_("Say which accounts are one holder's; suggestions, words, and taking them back."))
