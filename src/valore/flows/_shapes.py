"""Posts in the shapes that other tools read: 4CAT's table, and schema.org's postings as JSON-LD."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from valore.model.schemas import TABLES

if TYPE_CHECKING:
    from valore.engine import Engine

_READ = """
select p.*, coalesce(a.handle, ltrim(a.id, '@')) as handle,
  a.id as account_id, a.name as account_name, a.url as account_url, a.kind as account_kind,
  t.id as thread_id, r.id as reply_id, r.url as reply_url, q.id as quote_id, q.url as quote_url,
  o.likes as likes, o.replies as replies, o.reposts as reposts, o.quotes as quotes, o.views as views,
  o.reach as reach, o.saves as saves, o.clicks as clicks
from posts as p
left join accounts as a on a.key = p.author
left join (select key, id from posts) as t on t.key = p.thread
left join (select key, id, url from posts) as r on r.key = p.reply_to
left join (select key, id, url from posts) as q on q.key = p.quote_of
left join (
  select post, max(likes) as likes, max(replies) as replies, max(reposts) as reposts, max(quotes) as quotes,
    max(views) as views, max(reach) as reach, max(saves) as saves, max(clicks) as clicks
  from observations group by post
) as o on o.post = p.key
where p.month = {month}
order by p.published, p.key
"""
"""Posts of a month with their authors, what they answer and quote, and the largest counts ever seen."""

_TEXTS = ("id", "thread_id", "author", "author_id", "author_fullname", "body", "subject", "timestamp")
FOURCAT = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in _TEXTS),
        pa.field("unix_timestamp", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("platform", "type", "language", "url", "in_reply_to", "quote_of")),
        pa.field("hashtags", pa.string()),
        pa.field("links", pa.string()),
        *(pa.field(f"{name}_count", pa.int64()) for name in ("like", "reply", "repost", "quote", "view")),
        pa.field("query", pa.string()),
    ]
)
"""4CAT's five columns (id, thread_id, author, body, timestamp in UTC), its `unix_timestamp`, and what else is known."""
NODES = pa.schema([pa.field("node", pa.string())])
_ACTIONS = {
    "likes": "LikeAction",
    "replies": "ReplyAction",
    "reposts": "ShareAction",
    "views": "ViewAction",
    "saves": "BookmarkAction",
}
_WHO = {"Person": "Person", "Organization": "Organization"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to tell posts."""

    form: str
    """How it is written, of `WRITERS`."""
    schema: pa.Schema
    row: Callable[[Mapping[str, Any]], Mapping[str, Any]]


def months(engine: "Engine", shape: Shape) -> Callable[[str], pa.Table]:
    """Return what gives the posts of a month (as SQL text) in a shape."""

    def of(month: str) -> pa.Table:
        rows = engine.query(_READ.format(month=month)).to_pylist()
        return pa.Table.from_pylist([dict(shape.row(row)) for row in rows], schema=shape.schema)

    return of


def _fourcat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    when = row["published"]
    return {
        "id": row["id"],
        "thread_id": row["thread_id"] or (str(row["thread"]) if row["thread"] is not None else row["id"]),
        "author": row["handle"] or row["account_name"] or row["account_id"],
        "author_id": row["account_id"],
        "author_fullname": row["account_name"],
        "body": row["text"] or "",
        "subject": row["title"],
        "timestamp": when.strftime("%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": int(when.timestamp()),
        "platform": row["place"],
        "type": row["kind"],
        "language": row["language"],
        "url": row["url"],
        "in_reply_to": row["reply_id"],
        "quote_of": row["quote_id"],
        "hashtags": ",".join(row["tags"] or ()),
        "links": ",".join(row["links"] or ()),
        "like_count": row["likes"],
        "reply_count": row["replies"],
        "repost_count": row["reposts"],
        "quote_count": row["quotes"],
        "view_count": row["views"],
        "query": row["query"],
    }


def _node(row: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = row["reply_to"] is not None
    told = {
        "@type": ["SocialMediaPosting", "Comment"] if answer else "SocialMediaPosting",
        "@id": _iri(row["place"], row["id"], row["url"]),
        "identifier": row["id"],
        "url": _address(row["url"]),
        "datePublished": row["published"].isoformat(),
        "dateModified": row["updated"].isoformat() if row["updated"] else None,
        "headline": row["title"],
        "articleBody": row["text"],
        "inLanguage": row["language"],
        "keywords": list(row["tags"] or ()) or None,
        "author": _author(row),
        "provider": {"@type": "Organization", "name": row["place"]},
        "parentItem": _other(row, "reply"),
        "sharedContent": _other(row, "quote"),
        "interactionStatistic": _counters(row) or None,
    }
    return {"node": json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False)}


def _author(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say who wrote; whether it is a person or an organisation only where the place says so."""
    told = {
        "@type": _WHO.get(row["account_kind"] or ""),
        "@id": _iri(row["place"], f"account:{row['account_id']}", row["account_url"]),
        "identifier": row["account_id"],
        "name": row["account_name"] or row["handle"],
        "alternateName": row["handle"],
        "url": _address(row["account_url"]),
    }
    return {k: v for k, v in told.items() if v is not None}


def _other(row: Mapping[str, Any], which: str) -> Mapping[str, str] | None:
    native = row[f"{which}_id"]
    return None if native is None else {"@id": _iri(row["place"], native, row[f"{which}_url"])}


def _iri(place: str, native: str | None, url: str | None) -> str:
    """Return the address of a thing; a name of our own where it has none."""
    return _address(url) or f"urn:valore:{_escaped(place)}:{_escaped(native or '-')}"


def _address(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None


def _escaped(text: str) -> str:
    """Return a text with everything percent-encoded that may not stand in the name of a thing."""
    plain = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:@")
    return "".join(chr(b) if chr(b) in plain else f"%{b:02X}" for b in text.encode())


def _counters(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        {
            "@type": "InteractionCounter",
            "interactionType": {"@type": action},
            "userInteractionCount": row[name],
        }
        for name, action in _ACTIONS.items()
        if row[name] is not None
    ]


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {"4cat": Shape("csv", FOURCAT, _fourcat), "jsonld": Shape("jsonld", NODES, _node)}
)


def schema(name: str) -> pa.Schema | None:
    """Return the columns of a table of facts, or of posts in a shape; None for any other name."""
    return TABLES.get(name) or (SHAPES[name].schema if name in SHAPES else None)
