"""What the terms of places allow beyond measuring: to join accounts, to speak of sensitive matters, to train.

A place without a policy of its own (a network in a listening tool's table) is treated as a policy that says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from valore.flows._terms import policies
from valore.model.links import Evidence
from valore.places import Policy

FREE, CONSENT, NEVER = "free", "consent", "never"
HOLDERS = frozenset({
    Evidence.REL_ME_BOTH,
    Evidence.PROFILES_BOTH,
    Evidence.DOMAIN_HANDLE,
    Evidence.SAME_ARCHIVE,
    Evidence.REL_ME,
    Evidence.PROFILE,
})  # fmt: skip
"""What the holder has said, or brought, themself; the rest is what others noticed."""
SENSITIVE = frozenset({"health", "politics", "religion", "labour", "crime"})
"""Themes that touch special categories of data, offences and unions. Source: GDPR, articles 9 and 10."""
_SILENT = Policy(terms="", retention_days=None, may_derive=True, may_combine=True)


def joining(one: str, other: str, known: Mapping[str, Policy] | None = None) -> str:
    """Return whether an account of one place may be joined with one of another: `free`, `consent` or `never`.

    The stricter of both counts. Within one place nothing is joined that the place does not know itself.
    """
    if one == other:
        return FREE
    terms = policies() if known is None else known
    said = {terms.get(place, _SILENT).link_identity for place in (one, other)}
    return next((word for word in (NEVER, CONSENT) if word in said), FREE)


def may_suggest(one: str, other: str, evidence: Iterable[Evidence], known: Mapping[str, Policy] | None = None) -> bool:
    """Return whether it may be suggested that accounts of two places have one holder.

    Where the holder must agree, something that they said or brought themself has to speak for it.
    """
    rule = joining(one, other, known)
    return rule == FREE or (rule == CONSENT and not HOLDERS.isdisjoint(evidence))


def kept_themes(place: str, themes: Sequence[str], known: Mapping[str, Policy] | None = None) -> tuple[str, ...]:
    """Return the themes that a post of a place may be labelled with, in order.

    A label of a post is one of its author: where sensitive matters are for no one or for crowds only, it must not be.
    """
    rule = (policies() if known is None else known).get(place, _SILENT).art9
    return tuple(theme for theme in themes if rule == FREE or theme not in SENSITIVE)


def untrained(known: Mapping[str, Policy] | None = None) -> tuple[str, ...]:
    """Return the places of whose posts no model may learn, in order."""
    terms = policies() if known is None else known
    return tuple(sorted(name for name, policy in terms.items() if not policy.model_training))
