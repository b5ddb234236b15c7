"""Why a post is read as it is: what each model says of it and of its author, and what spoke."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from valore.engine import Engine
from valore.engine.dialect import literal
from valore.enrich import enrichers
from valore.errors import UnknownName
from valore.flows.posts import opened
from valore.flows.space import Space

_FEW = 5
"""Posts that are named when none is called as asked."""
_POST = """
select p.key as key, p.place as place, p.id as id, p.author as author, p.published as published, p.text as text,
  p.url as url, coalesce(u.handle, u.name, ltrim(u.id, '@')) as name
from posts as p left join accounts as u on u.key = p.author
where {condition} order by p.published desc, p.key limit {most}
"""
_SAID = """
select about, subject, enricher, version, label, value, p, other, reason from (
  select a.*, row_number() over (
    partition by a.about, a.enricher, a.subject order by length(a.version) desc, a.version desc, a.label
  ) as nth
  from annotations as a where a.about in ({about}) and a.enricher <> 'embedding'
) as newest where nth = 1 order by about, enricher, subject
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one model says."""

    enricher: str
    version: str
    of_author: bool
    """True when it speaks of the account that wrote the post."""
    subject: str
    """Short name of the subject it was read for; empty when for none."""
    label: str | None
    value: float | None
    p: Mapping[str, float]
    """Probability of each class, the likeliest first; empty for a measure on a scale."""
    other: int | None
    """Key of the post that explains it: the one that is copied, the nearest earlier one."""
    reason: str | None
    """Words and signs that spoke, the strongest first, with commas between them; None when it names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One post and how it was read."""

    key: int
    place: str
    id: str
    published: datetime
    author: str | None
    text: str | None
    url: str | None
    said: tuple[Said, ...]


def tell(space: Space, post: str) -> Told:
    """Return how a post and its author were read.

    Args:
        space: Where.
        post: Its key, its id at its place, `PLACE:ID`, or its address.

    Raises:
        UnknownName: no post is called so.
    """
    with opened(space) as engine:
        row = _found(engine, post)
        about = {row["key"]: False, row["author"]: True}
        rows = engine.query(_SAID.format(about=", ".join(map(str, about)))).to_pylist()
    said = tuple(_said(r, of_author=about[r["about"]]) for r in sorted(rows, key=lambda r: about[r["about"]]))
    kept = {name: row[name] for name in ("key", "place", "id", "published", "text", "url")}
    return Told(**kept, author=row["name"], said=said)


def _found(engine: Engine, post: str) -> dict[str, Any]:
    place, colon, native = post.partition(":")
    either = [f"p.id = {literal(post)}", f"p.url = {literal(post)}"]
    if colon:
        either.append(f"(p.place = {literal(place)} and p.id = {literal(native)})")
    if post.lstrip("-").isdecimal() and abs(int(post)) < 2**63:
        either.insert(0, f"p.key = {int(post)}")
    rows: list[dict[str, Any]] = engine.query(_POST.format(condition=" or ".join(either), most=1)).to_pylist()
    if not rows:
        newest = engine.query(_POST.format(condition="true", most=_FEW)).to_pylist()
        raise UnknownName("post", post, [f"{r['place']}:{r['id']}" for r in newest])
    return rows[0]


def _said(row: Mapping[str, Any], *, of_author: bool) -> Said:
    known = enrichers().get(row["enricher"])
    classes, p = known.classes if known else (), row["p"] or ()
    each = dict(zip(classes, p, strict=True)) if len(classes) == len(p) else {}
    return Said(
        enricher=row["enricher"],
        version=row["version"],
        of_author=of_author,
        subject=row["subject"],
        label=row["label"],
        value=row["value"],
        p=dict(sorted(each.items(), key=lambda item: -item[1])),
        other=row["other"],
        reason=row["reason"],
    )
