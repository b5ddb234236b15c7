"""One post explained: how each model read it and its author, how sure it is, and what spoke."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from valore.errors import N_
from valore.present.language import Words
from valore.present.page import Cell, Column, Notes, Page, Table, Text
from valore.present.terms import place, term

_UNDECIDED = "undecided"
_WHAT: Mapping[str, str] = MappingProxyType(
    {
        "language": N_("language"),
        "polarity": N_("tone of the text"),
        "reputation": N_("polarity for the subject"),
        "relevance": N_("whether it is about the subject"),
        "priority": N_("how soon to look at it"),
        "dimension": N_("dimension of reputation"),
        "actor": N_("kind of account"),
        "automation": N_("automation"),
        "spam": N_("spam"),
        "novelty": N_("what it adds, from 0 to 1"),
        "near_duplicate": N_("copy of an earlier post"),
        "story": N_("posts of the same story"),
        "stance": N_("what it does"),
        "opportunity": N_("opportunity"),
        "irony": N_("irony: a doubt, no verdict"),
        "theme": N_("theme"),
    }
)
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "related": N_("about the subject"),
        "unrelated": N_("not about the subject"),
        "alert": N_("at once"),
        "mildly_important": N_("soon"),
        "unimportant": N_("no hurry"),
        "human": N_("human"),
        "genuine": N_("genuine"),
        "original": N_("original"),
        "copy": N_("copy"),
        "und": N_("not told"),
        "brief": N_("wants to buy work"),
        "collaboration": N_("collaboration"),
        "job": N_("an opening"),
        "press": N_("a journalist asks"),
        "speaking": N_("invitation to speak"),
        "complaint": N_("complaint"),
        "thanks": N_("thanks"),
        "none": N_("none of these"),
        "ironic": N_("ironic"),
        "literal": N_("literal"),
    }
)
_SIGNS = (
    N_("declares itself a bot"),
    N_("declares itself an organisation"),
    N_("its name and handle"),
    N_("the words of its bio"),
    N_("what its bio is about"),
    N_("the words of its newest post"),
    N_("offers"),
    N_("repeats itself"),
    N_("does not repeat itself"),
    N_("copies others"),
    N_("links in nearly every post"),
    N_("many links"),
    N_("few links"),
    N_("often names others"),
    N_("seldom names others"),
    N_("often asks or exclaims"),
    N_("seldom asks or exclaims"),
    N_("posts that begin alike"),
    N_("posts that begin differently"),
    N_("many tags"),
    N_("few tags"),
    N_("follows far more than follow it"),
    N_("digits in the handle"),
    N_("no picture of its own"),
    N_("no bio"),
    N_("posts without pause"),
    N_("keeps to the clock"),
    N_("pauses of equal length"),
    N_("never rests"),
    N_("full name"),
    N_("name in a hashtag"),
    N_("name in a mention"),
    N_("only part of the name"),
    N_("not named"),
    N_("followers"),
    N_("following"),
    N_("names the subject"),
    N_("names the subject only in part"),
    N_("perhaps only as part of a longer phrase"),
    N_("names the subject only inside another handle"),
    N_("does not name the subject"),
    N_("yes"),
    N_("no"),
)
"""Signs that the models name, so that they can be told in the reader's language; words of the post stay as they are."""


class Said(Protocol):
    """What one model says (see `flows.telling.Said`)."""

    @property
    def enricher(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """`NAME@VERSION`."""

    @property
    def of_author(self) -> bool:
        """Whether it speaks of the account."""

    @property
    def subject(self) -> str:
        """For whom; empty for nobody."""

    @property
    def label(self) -> str | None:
        """The label."""

    @property
    def value(self) -> float | None:
        """The number."""

    @property
    def p(self) -> Mapping[str, float]:
        """Probabilities, the likeliest first."""

    @property
    def other(self) -> int | None:
        """The post that explains it."""

    @property
    def reason(self) -> str | None:
        """What spoke."""


def page(head: tuple[str, str | None, datetime, str | None], said: Sequence[Said], words: Words) -> Page:
    """Return the page.

    Args:
        head: Place, name of the author, moment, text of the post.
        said: What the models say; empty when none has read it.
        words: The reader's language.
    """
    where, author, when, text = head
    columns = (
        Column("of", words.say("of")),
        Column("what", words.say("what")),
        Column("label", words.say("reading")),
        Column("sure", words.say("how sure")),
        Column("spoke", words.say("what spoke")),
        Column("model", words.say("model")),
    )
    rows = tuple(_row(one, words) for one in said)
    none = (words.say(N_("no model has read it yet: run valore enrich")),)
    return Page(
        name="why-post",
        title=words.say("Why this reading?"),
        language=words.language,
        over=", ".join(filter(None, (author, place(where, words)))),
        under=words.moment(when),
        blocks=(
            *((Text((text,), "lead"),) if text else ()),
            *((Table("", columns, rows, "readings"),) if rows else (Notes((none,)),)),
        ),
    )


def spoke(reason: str | None, words: Words) -> str:
    """Return what spoke in the reader's language: signs are translated, words of the post stay."""
    return ", ".join(": ".join(words.say(part) for part in sign.split(": ")) for sign in (reason or "").split(", "))


def _row(one: Said, words: Words) -> tuple[Cell, ...]:
    what = words.say(_WHAT.get(one.enricher, one.enricher.replace("_", " ")))
    if one.subject:
        what = words.say(N_("{what}, for {subject}"), what=what, subject=one.subject)
    return (
        Cell(words.say("author") if one.of_author else words.say("post"), "author" if one.of_author else "post"),
        Cell(what, one.enricher),
        Cell(_reading(one, words), one.label if one.label is not None else one.value),
        Cell(_sure(one, words), next(iter(one.p.values()), None)),
        Cell(_spoken(one, words), one.reason),
        Cell(one.version, one.version),
    )


def _reading(one: Said, words: Words) -> str:
    if one.label is not None:
        return _label(one.label, words)
    if one.value is not None:
        return words.number(one.value, 2)
    return "–" if one.p or one.other is not None else words.say(N_("unscored: nothing that the model can read"))


def _label(label: str, words: Words) -> str:
    return words.say(_LABELS[label]) if label in _LABELS else term(label, words)


def _sure(one: Said, words: Words) -> str:
    """Say the likeliest class and its probability; of an undecided one the two likeliest."""
    many = 2 if one.label == _UNDECIDED else 1
    return ", ".join(f"{_label(c, words)} {words.percent(p)}" for c, p in [*one.p.items()][:many]) or "–"


def _spoken(one: Said, words: Words) -> str:
    told = [spoke(one.reason, words)] if one.reason else []
    if one.other is not None:
        told.append(words.say(N_("beside post {key}"), key=str(one.other)))
    return "; ".join(told) or "–"
