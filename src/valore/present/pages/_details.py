"""The parts and raw figures beside a number, in words and in their units; what is unknown here stays in JSON."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from valore.errors import N_
from valore.present.language import Words
from valore.present.terms import place, term

_PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "clarity": (N_("clarity {value}"), "share"),
        "consistency": (N_("consistency {value}"), "share"),
        "distinctiveness": (N_("distinctiveness {value}"), "share"),
        "gap": (N_("distance between what is said and what is seen {value}"), "share"),
        "mentions": (N_("mentions {value}"), "count"),
        "authors": (N_("authors {value}"), "count"),
        "favourable": (N_("favourable, weighted {value}"), "count"),
        "unfavourable": (N_("unfavourable, weighted {value}"), "count"),
        "undecided": (N_("undecided mentions {value}"), "count"),
        "unscored": (N_("mentions not judged {value}"), "count"),
        "controversy": (N_("controversy {value}"), "share"),
        "acting_people": (N_("people who acted, weighted {value}"), "count"),
        "acts": (N_("acts {value}"), "count"),
        "accounts": (N_("accounts {value}"), "count"),
        "reference": (N_("subjects in the reference set {value}"), "count"),
        "posts": (N_("posts {value}"), "count"),
        "compared": (N_("posts compared {value}"), "count"),
        "novelty": (N_("novelty {value}"), "share"),
        "rehashes": (N_("posts that come back to what was said {value}"), "count"),
        "copies": (N_("copies {value}"), "count"),
        "regularity": (N_("regularity {value}"), "share"),
        "kept": (N_("slots kept {value}"), "count"),
        "due": (N_("slots due {value}"), "count"),
        "answered": (N_("answered in time {value}"), "share"),
        "asked": (N_("mentions that waited for an answer {value}"), "count"),
        "median_hours": (N_("hours to an answer, usually {value}"), "count"),
        "weeks": (N_("weeks {value}"), "count"),
        "resilience_loss": (N_("lost in shocks {value}"), "share"),
        "tenure": (N_("weight of time {value}"), "share"),
        "lowest_week": (N_("lowest week {value}"), "day"),
        "measured_by": (N_("measured by {value}"), "word"),
        "against": (N_("compared with {value}"), "word"),
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "plan": N_("the plan"),
        "weeks": N_("the weeks"),
        "peers": N_("the peers"),
        "own history": N_("one's own past"),
        "history": N_("one's own past"),
    }
)


def parts(details: Mapping[str, float | str | None], words: Words) -> tuple[str, ...]:
    """Return the known parts, each as a short phrase; absent ones are left out."""
    known = ((name, details.get(name)) for name in _PARTS)
    told = tuple(words.say(_PARTS[n][0], value=_value(v, _PARTS[n][1], words)) for n, v in known if v is not None)
    damage = words.say("damage that has lasted for ninety days") if details.get("lasting_damage") == "yes" else ""
    return (*told, *((damage,) if damage else ()))


def _value(value: float | str, kind: str, words: Words) -> str:
    match value, kind:
        case str(), "day":
            return words.day(date.fromisoformat(value))
        case str(), "word":
            return words.say(_KINDS[value]) if value in _KINDS else place(term(value, words), words)
        case float() | int(), "share":
            return words.percent(float(value))
        case float() | int(), "count":
            return words.number(float(value), 1)
        case _:
            return str(value)
