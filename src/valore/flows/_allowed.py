"""What the terms of places allow beyond measuring: to join accounts, to speak of sensitive matters.

A place without a policy of its own (a network in a listening tool's table) is treated as a policy that says nothing.
"""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from valore.flows._terms import SILENT, policies
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
THEME = "theme"
"""The enricher that says what a post is about."""
SENSITIVE = frozenset({"health", "politics", "religion", "labour", "crime"})
"""Themes that touch special categories of data, offences and unions. Source: GDPR, articles 9 and 10."""


def joining(one: str, other: str, known: Mapping[str, Policy] | None = None) -> str:
    """Return whether an account of one place may be joined with one of another: `free`, `consent` or `never`.

    The stricter of both counts. Within one place nothing is joined that the place does not know itself.
    """
    if one == other:
        return FREE
    terms = policies() if known is None else known
    said = {terms.get(place, SILENT).link_identity for place in (one, other)}
    return next((word for word in (NEVER, CONSENT) if word in said), FREE)


def may_suggest(one: str, other: str, evidence: Iterable[Evidence], known: Mapping[str, Policy] | None = None) -> bool:
    """Return whether it may be suggested that accounts of two places have one holder.

    Where the holder must agree, something that they said or brought themself has to speak for it.
    """
    rule = joining(one, other, known)
    return rule == FREE or (rule == CONSENT and not HOLDERS.isdisjoint(evidence))


def permitted(labels: pa.Table, posts: pa.Table, known: Mapping[str, Policy] | None = None) -> pa.Table:
    """Return labels of posts without the themes that no single post of its place may be labelled with.

    A label of a post is one of its author: where sensitive matters are for no one or for crowds only, it must not
    be. The row stays, unscored, so that the post is not read again.

    Args:
        labels: Rows of the annotations table.
        posts: `key` and `place` of all that they are about.
        known: Policies by name of the place; those of the places by default.
    """
    theme = pc.equal(labels["enricher"], THEME)
    if not pc.any(theme).as_py():
        return labels
    terms = policies() if known is None else known
    places = posts["place"].take(pc.index_in(labels["about"], value_set=posts["key"].combine_chunks()))
    free = pc.is_in(places, pa.array([name for name, policy in terms.items() if policy.art9 == FREE], pa.string()))
    unsure = pc.or_(pc.is_null(labels["label"]), pc.is_in(labels["label"], pa.array(sorted(SENSITIVE))))
    barred = pc.and_(pc.and_(theme, unsure), pc.invert(free))
    for name in ("label", "p", "reason"):
        field = labels.schema.field(name)
        kept = pc.if_else(barred, pa.scalar(None, field.type), labels[name])
        labels = labels.set_column(labels.column_names.index(name), field, kept)
    return labels
