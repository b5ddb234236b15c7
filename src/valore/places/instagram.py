"""Instagram: the archive of an account, to 2023 and from 2024.

Layouts: `content/posts_1.json`, then `your_instagram_activity/content/…` (reels, stories, IGTV),
then `…/media/posts_1.json` with comments in `string_map_data`, newest ones in `label_values`. The
labels are in the account's language and are not read: values are told apart by their kind. The
archive says no ids, no addresses of posts and no counts. Lists of followers are contacts: not read.
What the owner wrote on Threads comes in the same archive, and is told as of `threads`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Cursor, Fault, Instant, Post, Raw, Record, Where, content_id
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _instagram_api as api
from valore.places import _meta as meta
from valore.places import _threads as threads
from valore.places._answer import KIND, opened

_MEDIA = re.compile(r"^ig_(stories|reels_media|igtv_media|other_media|posts?_media|posts?)$")
_COMMENTS = re.compile(r"^comments_\w*comments$")
_COMMENT_FILE = re.compile(r"(?i)(^|/)[^/]*(comment|kommentar|coment|komment)[^/]*\.json$")
_LIKES = re.compile(r"(?i)lik(e|ed)[^/]*\.json$")
_POST_FILE = re.compile(r"(?i)(post|reel|stor|igtv|beitr|publica)[^/]*\.json$")
_HANDLE = re.compile(r"^[a-z0-9._]{1,30}$")
_CODE = re.compile(r"instagram\.com/(?:p|reel|tv)/([\w-]+)")
_NEW = re.compile(r"(?i)(^|/)media/[^/]+\.json$")


class _Item(NamedTuple):
    """One element with whose archive it is."""

    owner: meta.Owner
    value: Mapping[str, Any]


class Instagram:
    """The reader."""

    name = "instagram"
    title = "Instagram"
    policy = Policy(
        terms="A person's own archive, which Instagram gives to its owner to use as they wish.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="your_instagram_activity/media/posts_N.json",
            period="2024–",
            reads="own posts, reels, stories, comments, profile",
            proof="test_places_instagram.py",
        ),
        Coverage(
            layout="… label_values",
            period="2024–",
            reads="own posts, reels, stories, comments, profile",
            proof="test_places_instagram.py",
        ),
        Coverage(
            layout="your_instagram_activity/threads/threads_and_replies.json",
            period="2023–",
            reads="own posts, answers, profile",
            proof="test_places_threads.py",
        ),
        Coverage(
            layout="content/posts_N.json",
            period="–2023",
            reads="own posts, reels, stories, comments, profile",
            proof="test_places_instagram.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive by its posts, reels, stories, comments or threads."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        if not any(kinds[name] in {"posts", "comments", "threads"} for name in read):
            return None
        skipped = {name: _why_not(files, name) for name, kind in kinds.items() if kind is None}
        return Match(_variant(files, read), 0.95, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the profile, then posts and comments, a `Cursor` after each file."""
        kinds = {name: _kind(source, name) for name in match.members}
        owner = _owner(source, [n for n, k in kinds.items() if k == "profile"])
        for member in meta.after(match.members, since):
            if kinds[member] == "profile":
                if member == owner.file:
                    yield Raw("profile", Where(member, owner.pointer), owner)
            else:
                if kinds[member] == "threads":
                    yield Raw("threads_profile", Where(member, ""), owner)
                for item in meta.elements(source, member):
                    kind = kinds[member] or ""
                    yield (
                        item if isinstance(item, Fault) else Raw(kind, Where(member, item[0]), _Item(owner, item[1]))
                    )
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an element, or an answer of the API, means."""
        if raw.kind == KIND:
            yield from api.records(opened(raw.value), raw.where)
        elif raw.kind == "profile":
            yield _account(raw.value)
        elif raw.kind == "comments":
            yield _comment(raw.value, raw.where)
        elif raw.kind == "threads_profile":
            yield threads.account(raw.value)
        elif raw.kind == "threads":
            yield threads.post(raw.value.owner, raw.value.value, raw.where)
        else:
            yield _post(raw.value, raw.where)


def _kind(files: Manifest, name: str) -> str | None:
    """Return posts, comments, threads or profile by the shape of a member; None for all that is not read."""
    if not name.lower().endswith(".json") or meta.private(name):
        return None
    found = meta.shape(files, name)
    if found is None:
        return None
    if found.key is not None:
        return _kind_of_key(found.key, found.first)
    if any("uri" in m for m in meta.dicts(found.first.get("media"))) and "fbid" not in found.first:
        return "posts"
    labels = {"string_map_data", "string_list_data", "label_values"} & found.first.keys()
    if not labels or _LIKES.search(name) or ("label_values" in labels and "instagram" not in name.lower()):
        return None
    return "comments" if _COMMENT_FILE.search(name) else None


def _kind_of_key(key: str, first: Mapping[str, Any]) -> str | None:
    if key == "profile_user" and "string_map_data" in first:
        return "profile"
    if _COMMENTS.match(key):
        return "comments"
    if key == threads.POSTS:
        return "threads"
    return "posts" if _MEDIA.match(key) else None


def _why_not(files: Manifest, name: str) -> str:
    """Return the code of why a member is not read; those of Threads are told by their key."""
    code = meta.why_not(name)
    if code != "unknown" or not name.lower().endswith(".json"):
        return code
    found = meta.shape(files, name)
    return threads.why_not(found.key if found else None) or code


def _variant(files: Manifest, read: tuple[str, ...]) -> str:
    firsts = (found.first for name in read if (found := meta.shape(files, name)) is not None)
    if any("label_values" in first for first in firsts):
        return "label-values"
    return "2024-" if any(_NEW.search(name) for name in read) else "-2023"


def _owner(source: Export, profiles: list[str]) -> meta.Owner:
    for member in profiles:
        for item in meta.elements(source, member):
            if not isinstance(item, Fault):
                return _described(item[1], source.name)._replace(pointer=item[0], file=member)
    return meta.unnamed(source.name)


def _described(profile: Mapping[str, Any], export: str) -> meta.Owner:
    """Read handle, name and biography from under labels in any language.

    The handle is the first text that can be one and nothing else; the biography is the longest of
    the texts with several words. Addresses of mail, numbers and dates are passed over.
    """
    entries = profile.get("string_map_data")
    values = [e.get("value") for e in entries.values() if isinstance(e, dict)] if isinstance(entries, dict) else []
    texts = [t for v in values if isinstance(v, str) and (t := meta.mended(v)) and not _personal(t)]
    handle = next((t for t in texts if _HANDLE.match(t) and not t.isdigit()), None)
    rest = [t for t in texts if t != handle and not t.startswith("http")]
    name = next((t for t in rest if len(t) <= 60 and not _flag(t)), None)  # noqa: PLR2004 - the longest name allowed
    bio = max((t for t in rest if t != name and " " in t), key=len, default=None)
    found = f"@{handle}" if handle else meta.unnamed(export).id
    url = f"https://www.instagram.com/{handle}/" if handle else None
    return meta.Owner(found, handle, name, bio, url)


def _personal(text: str) -> bool:
    return bool(re.fullmatch(r"\S+@\S+\.\S+|[+\d][\d\s()./-]*", text))


def _flag(text: str) -> bool:
    """Say whether a text is one of the yes and no that profiles hold."""
    return text.lower() in {
        "true",
        "false",
        "yes",
        "no",
        "sì",
        "si",
        "sí",
        "ja",
        "nein",
        "oui",
        "non",
        "sim",
        "não",
    }


def _account(owner: meta.Owner) -> Account:
    return Account(
        place="instagram",
        id=owner.id,
        pointer=owner.pointer,
        handle=owner.handle,
        name=owner.name,
        bio=owner.bio,
        url=owner.url,
    )


def _post(item: _Item, where: Where) -> Record | Fault:
    value = item.value
    media = meta.dicts(value.get("media")) or ([dict(value)] if "uri" in value else [])
    uris = tuple(u for m in media if isinstance(u := m.get("uri"), str))
    times = (
        value.get("creation_timestamp"),
        value.get("timestamp"),
        *(m.get("creation_timestamp") for m in media),
    )
    at = next((t for v in times if (t := meta.moment(v)) is not None), None)
    if at is None:
        return Fault(where, "no_date")
    raw = _caption(value, media)
    if not raw and not uris:
        return Fault(where, "no_content")
    return _written(item.owner, where, raw, at, uris)


def _caption(value: Mapping[str, Any], media: list[dict[str, Any]]) -> str:
    """Return the raw caption: on the post when there are several media, else on the medium."""
    said = [value.get("title"), *(m.get("title") for m in media)]
    if "label_values" in value:
        said.append(max(meta.labelled(value).words, key=len, default=""))
    return next((s for s in said if isinstance(s, str) and s.strip()), "")


def _written(owner: meta.Owner, where: Where, raw: str, at: Instant, uris: tuple[str, ...]) -> Post:
    text = meta.mended(raw)
    moving = any(u.lower().endswith(meta.VIDEOS) for u in uris)
    return Post(
        place="instagram",
        id=content_id(owner.id, at, raw, *uris),
        author=owner.id,
        published=at,
        pointer=where.pointer,
        text=text,
        kind="Video" if moving else "Image" if uris else "Note",
        links=meta.addresses(text),
        tags=meta.tags(text),
        mentions=meta.handles(text),
        media=len(uris),
    )


def _comment(item: _Item, where: Where) -> Record | Fault:
    """Read a comment of the owner: a post that answers somebody's picture."""
    found = meta.labelled(item.value)
    at = meta.moment(found.at)
    if at is None:
        return Fault(where, "no_date")
    raw, whose = _told_apart(found.words)
    if not raw:
        return Fault(where, "no_content")
    code = _CODE.search(found.href or "")
    post = _written(item.owner, where, raw, at, ())
    return post._replace(reply_to=code[1] if code else None, reply_to_author=f"@{whose}" if whose else None)


def _told_apart(words: tuple[str, ...]) -> tuple[str, str | None]:
    """Return (comment, handle of the picture's owner): when both could be handles, the comment stands first."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to tell apart
        return (words[0] if words else ""), None
    names = [w for w in words if _HANDLE.match(w)]
    whose = names[-1] if names else None
    rest = list(words)
    if whose is not None:
        rest.remove(whose) if names.count(whose) == 1 else rest.pop()
    return max(rest, key=len), whose


PLUGIN = Instagram()
