"""Posts with what is known of them: the list behind every number."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pyarrow as pa

from valore.engine import Engine, Source
from valore.engine.dialect import literal
from valore.flows._stage import pattern
from valore.flows.space import Space
from valore.model.keys import key
from valore.model.schemas import TABLES
from valore.model.subject import Subject

ENRICHERS = ("language", "polarity", "actor", "automation", "spam", "novelty", "stance")
"""Whose labels stand beside a post."""
_OF_AUTHOR = ("actor", "automation", "spam")

_LIST = """
with chosen as (
  select p.* from posts as p where {conditions} order by p.published desc, p.key {page}
),
said as (
  select a.about as about, a.enricher as enricher, a.label as label, a.value as value,
    row_number() over (
      partition by a.about, a.enricher
      order by case when a.subject = {slug} then 0 else 1 end, length(a.version) desc, a.version desc, a.label
    ) as nth
  from annotations as a
  where a.enricher in {enrichers} and a.subject in ('', {slug})
    and (a.about in (select key from chosen) or a.about in (select author from chosen))
),
counted as (
  select o.post as post, max(o.likes) as likes, max(o.replies) as replies, max(o.reposts) as reposts
  from observations as o where o.post in (select key from chosen) group by o.post
)
select c.key as key, c.published as published, c.place as place, c.author as author,
  coalesce(u.handle, u.name, ltrim(u.id, '@')) as handle, u.name as name, c.text as text,
  c.title as title, c.url as url,
  coalesce(language.label, c.language) as language, c.kind as kind, c.reply_to as reply_to,
  o.likes as likes, o.replies as replies, o.reposts as reposts,
  polarity.label as polarity, stance.label as stance, novelty.value as novelty,
  actor.label as actor, automation.label as automation, spam.label as spam,
  {by} as by_subject
from chosen as c
left join accounts as u on u.key = c.author
left join counted as o on o.post = c.key
{labels}
order by c.published desc, c.key
"""


def posts(
    space: Space,
    *,
    subject: str | None = None,
    place: str | None = None,
    language: str | None = None,
    since: datetime | date | None = None,
    until: datetime | date | None = None,
    text: str | None = None,
    polarity: str | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> pa.Table:
    """Return posts, the newest first, with their labels and counts.

    Args:
        space: Where.
        subject: Only those by this subject or about it; labels are then those for it.
        place: Only from this place.
        language: Only in this language (ISO 639-1), as the model says, else as the place declares.
        since: From this moment or day (of the workspace's time zone) on.
        until: Before this moment, or to the end of this day.
        text: Only those that hold this text, whatever its case.
        polarity: negative, neutral, positive or undecided.
        limit: At most so many; None for all.
        offset: So many are passed over first.

    Returns:
        key, published, place, author, handle, name, text, title, url, language, kind, reply_to, likes,
        replies, reposts (the largest ever seen), polarity, stance, novelty, actor, automation, spam,
        by_subject. Null: not known, or (polarity) unscored.

    Raises:
        UnknownName: nobody is called so.
    """
    slug = "" if subject is None else space.subject(subject).slug
    with opened(space) as engine:
        own = () if subject is None else _own(engine, space.subject(subject))
        conditions = ["true"]
        if subject is not None:
            conditions.append(_concerns(space.subject(subject), own))
        conditions += _plain(place, text) + _times(space, since, until)
        needed = {"language": language, "polarity": polarity}
        conditions += [_labelled(name, value, slug) for name, value in needed.items() if value is not None]
        return engine.query(_sql(slug, own, conditions, limit, offset))


def opened(space: Space) -> Engine:
    """Return an engine over the workspace's facts as they are now."""
    snapshot = space.lake.snapshot()
    sources = {name: Source(files=snapshot.files(name), edited=snapshot.edited(name)) for name in TABLES}
    return Engine(sources)


def _own(engine: Engine, subject: Subject) -> tuple[int, ...]:
    """Return the keys of a subject's accounts, by native id and by handle, whichever the data uses."""
    keys = [key(a.place, a.id) for a in subject.accounts]
    if not keys:
        return ()
    named = [f"(place = {literal(a.place)} and '@' || lower(handle) = {literal(a.id)})" for a in subject.accounts]
    either = " or ".join((f"key in ({', '.join(map(str, keys))})", *named))
    found = engine.query(f"select distinct key, place, lower(handle) as handle from accounts where {either}")
    for row in found.to_pylist():
        keys += [row["key"], *([key(row["place"], f"@{row['handle']}")] if row["handle"] else [])]
    return tuple(dict.fromkeys(keys))


def _concerns(subject: Subject, own: tuple[int, ...]) -> str:
    either = []
    if own:
        among = f"({', '.join(map(str, own))})"
        either += [f"p.{column} in {among}" for column in ("author", "reply_to_author", "quote_of_author")]
        either.append(f"list_has_any(p.mentions, {literal(own)})")
    if subject.queries:
        either.append(f"p.query in ({', '.join(map(literal, subject.queries))})")
    either.append(f"regexp_matches(p.text, {literal(pattern(subject))})")
    return f"coalesce({' or '.join(either)}, false)"


def _plain(place: str | None, text: str | None) -> list[str]:
    found = [] if place is None else [f"p.place = {literal(place)}"]
    return found if text is None else [*found, f"contains(lower(p.text), lower({literal(text)}))"]


def _times(space: Space, since: datetime | date | None, until: datetime | date | None) -> list[str]:
    zone = ZoneInfo(space.timezone)
    found = [] if since is None else [f"p.published >= {literal(_moment(since, zone, time.min))}"]
    if until is None:
        return found
    end = "<" if isinstance(until, datetime) else "<="
    return [*found, f"p.published {end} {literal(_moment(until, zone, time.max))}"]


def _moment(when: datetime | date, zone: ZoneInfo, side: time) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, side)
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _labelled(enricher: str, label: str, slug: str) -> str:
    newest = f"""(
      select a.label from annotations as a
      where a.about = p.key and a.enricher = {literal(enricher)} and a.subject in ('', {literal(slug)})
      order by case when a.subject = {literal(slug)} then 0 else 1 end, length(a.version) desc, a.version desc
      limit 1)"""
    fallback = "p.language" if enricher == "language" else "null"
    return f"coalesce({newest}, {fallback}) = {literal(label)}"


def _sql(slug: str, own: tuple[int, ...], conditions: list[str], limit: int | None, offset: int) -> str:
    page = ("" if limit is None else f"limit {int(limit)} ") + f"offset {int(offset)}"
    on: Mapping[str, str] = {name: "c.author" if name in _OF_AUTHOR else "c.key" for name in ENRICHERS}
    labels = "\n".join(
        f"left join said as {n} on {n}.about = {on[n]} and {n}.enricher = '{n}' and {n}.nth = 1" for n in ENRICHERS
    )
    return _LIST.format(
        conditions=" and ".join(conditions),
        page=page,
        slug=literal(slug),
        enrichers=f"({', '.join(map(literal, ENRICHERS))})",
        by=f"c.author in ({', '.join(map(str, own))})" if own else "false",
        labels=labels,
    )
