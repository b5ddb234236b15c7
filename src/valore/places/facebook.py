"""Facebook: the archive of a profile (to 2022, from 2023) and of a Page.

Layouts: `posts/your_posts_1.json` and `comments/comments.json`; from 2023 the same under
`your_facebook_activity`, newest ones with `label_values`; a Page's own posts in
`profile_posts_1.json`. Folders and files may be named in the account's language: they are known
by their shape. The archive says no ids, no reactions and no counts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Cursor, Fault, Instant, Post, Raw, Record, Where, content_id
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _facebook_api as api
from valore.places import _meta as meta
from valore.places._answer import KIND, opened

_PROFILE = re.compile(r"^profile(_v\d+|_user)?$")
_COMMENTS = re.compile(r"^(group_)?comments(_v\d+)?$")
_POSTS = re.compile(r"^(group_posts|your_posts|status_updates|profile_posts)(_v\d+)?$")
_COMMENT_FILE = re.compile(r"(?i)(comment|kommentar|coment|komment)[^/]*\.json$")
_POST_FILE = re.compile(r"(?i)(post|beitr|pubblica|publica)[^/]*\.json$")
_OTHERS_FILE = re.compile(r"(?i)(other_people|react|like|saved|poll)[^/]*$")
_PAGE = re.compile(r"(?i)profile_posts|this_profile")
_NAMED = re.compile(r"@\[(\d+):\d+:([^\]]*)\]")
_NEW = re.compile(r"(?i)(^|/)your_facebook_activity/")


class _Item(NamedTuple):
    """One element with what must be known to understand it."""

    owner: meta.Owner
    value: Mapping[str, Any]
    group: bool


class Facebook:
    """The reader."""

    name = "facebook"
    title = "Facebook"
    policy = Policy(
        terms="A person's or Page's own archive, which Facebook gives to its owner to use as they wish.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="your_facebook_activity/posts/…",
            period="2023–",
            reads="own posts and comments, profile",
            proof="test_places_facebook.py",
        ),
        Coverage(
            layout="… label_values",
            period="2024–",
            reads="own posts and comments, profile",
            proof="test_places_facebook.py",
        ),
        Coverage(
            layout="posts/your_posts_N.json",
            period="–2022",
            reads="own posts and comments, profile",
            proof="test_places_facebook.py",
        ),
        Coverage(
            layout="this_profile's_activity_across_facebook/posts/profile_posts_N.json",
            period="2022–",
            reads="a Page's posts",
            proof="test_places_facebook.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive by its posts, comments or profile."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        if not any(kinds[name] in {"posts", "comments"} for name in read):
            return None
        skipped = {name: meta.why_not(name) for name, kind in kinds.items() if kind is None}
        return Match(_variant(read), 0.95, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the profile, then posts and comments, a `Cursor` after each file."""
        kinds = {name: _kind(source, name) for name in match.members}
        owner = _owner(source, [n for n, k in kinds.items() if k == "profile"])
        for member in meta.after(match.members, since):
            if kinds[member] == "profile":
                if member == owner.file:
                    yield Raw("profile", Where(member, owner.pointer), owner)
            else:
                yield from _elements(source, member, owner, kinds[member] or "")
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an element, or an answer of the API, means."""
        if raw.kind == KIND:
            yield from api.records(opened(raw.value), raw.where)
        elif raw.kind == "profile":
            yield _account(raw.value)
        elif raw.kind == "comments":
            yield from _comments(raw.value, raw.where)
        else:
            yield from _post(raw.value, raw.where)


def _kind(files: Manifest, name: str) -> str | None:
    """Return posts, comments or profile by the shape of a member; None for all that is not read."""
    if not name.lower().endswith(".json") or meta.private(name):
        return None
    found = meta.shape(files, name)
    if found is None:
        return None
    if found.key is not None:
        return _kind_of_key(found.key, found.first)
    return _kind_of_list(name, found.first)


def _kind_of_key(key: str, first: Mapping[str, Any]) -> str | None:
    if _PROFILE.match(key) and "string_map_data" not in first:
        return "profile"
    if not {"data", "label_values", "attachments"} & first.keys():
        return None
    return "comments" if _COMMENTS.match(key) else "posts" if _POSTS.match(key) else None


def _kind_of_list(name: str, first: Mapping[str, Any]) -> str | None:
    """Tell by the first element: a post has a time and words or attachments."""
    if "label_values" in first and "string_map_data" not in first and not _OTHERS_FILE.search(name):
        if "media" in first and "fbid" not in first:
            return None
        comment, post = _COMMENT_FILE.search(name), _POST_FILE.search(name)
        return None if _instagram(name) else "comments" if comment else "posts" if post else None
    if "timestamp" not in first or not {"data", "attachments"} & first.keys() or _OTHERS_FILE.search(name):
        return None
    if any("comment" in d for d in meta.dicts(first.get("data"))):
        return "comments"
    return "posts"


def _instagram(name: str) -> bool:
    return "instagram" in name.lower()


def _variant(read: tuple[str, ...]) -> str:
    if any(_PAGE.search(name) for name in read):
        return "page"
    return "profile-2023-" if any(_NEW.search(n) or "__" in n or n.count("/") > 1 for n in read) else "profile-2022"


def _owner(source: Export, profiles: list[str]) -> meta.Owner:
    for member in profiles:
        for item in meta.elements(source, member, whole=("profile", "profile_v2", "profile_v3", "profile_user")):
            if not isinstance(item, Fault):
                return _described(item[1])._replace(pointer=item[0], file=member)
    return meta.unnamed(source.name)


def _described(profile: Mapping[str, Any]) -> meta.Owner:
    """Read name and address of a profile; the rest of it is nobody's business here."""
    named = profile.get("name")
    raw = named.get("full_name") if isinstance(named, dict) else named
    name = meta.mended(raw)
    url = meta.mended(profile.get("profile_uri") or profile.get("url"))
    number = re.search(r"profile\.php\?id=(\d+)", url or "")
    vanity = re.search(r"facebook\.com/([A-Za-z0-9.]+)/?$", url or "")
    handle = meta.mended(profile.get("username")) or (vanity[1] if vanity and not number else None)
    native = number[1] if number else f"@{(handle or meta.slug(name or 'owner')).lower()}"
    about = profile.get("intro_bio") or profile.get("about_me")
    bio = about.get("name") or about.get("text") if isinstance(about, dict) else about
    return meta.Owner(native, handle, name, meta.mended(bio), url)


def _account(owner: meta.Owner) -> Account:
    return Account(
        place="facebook",
        id=owner.id,
        pointer=owner.pointer,
        handle=owner.handle,
        name=owner.name,
        bio=owner.bio,
        url=owner.url,
    )


def _elements(source: Export, member: str, owner: meta.Owner, kind: str) -> Iterator[Raw | Fault]:
    for item in meta.elements(source, member):
        if isinstance(item, Fault):
            yield item
            continue
        pointer, value = item
        yield Raw(kind, Where(member, pointer), _Item(owner, value, pointer.startswith("/group_")))


def _post(item: _Item, where: Where) -> Iterator[Record | Fault]:
    value = item.value
    if "label_values" in value:
        yield from _newest(item, where, attached=_attached(value.get("media")))
        return
    parts = meta.dicts(value.get("data"))
    attached = _attached([d for a in meta.dicts(value.get("attachments")) for d in meta.dicts(a.get("data"))])
    raw = "\n".join(p["post"] for p in parts if isinstance(p.get("post"), str))
    at = meta.moment(value.get("timestamp")) or attached.at
    edited = next((t for p in parts if (t := meta.moment(p.get("update_timestamp")))), None)
    yield _written(item, where, _Words(raw or attached.caption or "", at, edited), attached)


class _Words(NamedTuple):
    raw: str
    at: Instant | None
    edited: Instant | None = None


class _Attached(NamedTuple):
    """What hangs on a post."""

    uris: tuple[str, ...]
    links: tuple[str, ...]
    caption: str | None
    """Raw description of the only picture; None where there are several with different ones."""
    at: Instant | None


def _attached(values: object) -> _Attached:
    media = [m for v in meta.dicts(values) if isinstance(m := v.get("media", v if "uri" in v else None), dict)]
    contexts = [c for v in meta.dicts(values) if isinstance(c := v.get("external_context"), dict)]
    captions = {c for m in media if isinstance(c := m.get("description"), str) and c.strip()}
    return _Attached(
        uris=tuple(u for m in media if isinstance(u := m.get("uri"), str)),
        links=tuple(u for c in contexts if isinstance(u := c.get("url"), str)),
        caption=captions.pop() if len(captions) == 1 else None,
        at=next((t for m in media if (t := meta.moment(m.get("creation_timestamp")))), None),
    )


def _written(item: _Item, where: Where, words: _Words, attached: _Attached) -> Record | Fault:
    """Return the post, or why there is none."""
    if words.at is None:
        return Fault(where, "no_date")
    named = _NAMED.findall(words.raw)
    text = meta.mended(_NAMED.sub(lambda found: found[2], words.raw))
    if text is None and not attached.uris and not attached.links:
        return Fault(where, "no_content")
    native = item.value.get("fbid")
    return Post(
        place="facebook",
        id=str(native) if native else content_id(item.owner.id, words.at, words.raw, *attached.uris),
        author=item.owner.id,
        published=words.at,
        pointer=where.pointer,
        text=text,
        updated=words.edited,
        kind=_as2(attached.uris),
        links=tuple(dict.fromkeys((*attached.links, *meta.addresses(text)))),
        tags=meta.tags(text),
        mentions=tuple(dict.fromkeys(number for number, _ in named)),
        visibility="group" if item.group or "group" in item.value else None,
        media=len(attached.uris),
    )


def _as2(uris: tuple[str, ...]) -> str:
    if not uris:
        return "Note"
    return "Video" if any(u.lower().endswith(meta.VIDEOS) for u in uris) else "Image"


def _newest(item: _Item, where: Where, attached: _Attached) -> Iterator[Record | Fault]:
    """Read `label_values`: the longest text is the post, names and places are shorter."""
    found = meta.labelled(item.value)
    raw = max(found.words, key=len, default="")
    links = (*attached.links, found.href) if found.href else attached.links
    yield _written(item, where, _Words(raw, meta.moment(found.at)), attached._replace(links=links))


def _comments(item: _Item, where: Where) -> Iterator[Record | Fault]:
    """Read comments of the owner: posts that answer; the archive does not say what."""
    value = item.value
    if "label_values" in value:
        yield from _newest(item, where, _attached(value.get("media")))
        return
    said = [c for p in meta.dicts(value.get("data")) if isinstance(c := p.get("comment"), dict)]
    if not said:
        yield Fault(where, "no_content")
    attached = _attached([d for a in meta.dicts(value.get("attachments")) for d in meta.dicts(a.get("data"))])
    for comment in said:
        raw = comment.get("comment")
        at = meta.moment(comment.get("timestamp")) or meta.moment(value.get("timestamp"))
        inner = item._replace(group=item.group or "group" in comment)
        yield _written(inner, where, _Words(raw if isinstance(raw, str) else "", at), attached)


PLUGIN = Facebook()
