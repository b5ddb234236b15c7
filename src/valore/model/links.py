"""Which accounts belong to one holder: evidence, confidence, and what people say of it. Pure.

Nothing is linked without a person's word. Evidence only makes *suggestions*, and names alone not
even that. The confidence of each kind is a reasoned bound, not a measurement: how often would it
be wrong, taken alone, and by whose hand?

- 0.99 *rel=me or alsoKnownAs, both ways*: both holders, and nobody else, can write it; it means "this is me".
- 0.97 *profiles link to each other*: as above; but a couple, or a brand and its founder, do it too.
- 0.95 *the handle is the domain of the other's page*: a Bluesky handle of that name is only given to
  who rules the domain (its DID document says so).
- 0.95 *the same archive is of both*: a network gives it to the holder of the accounts alone; a shared
  login is the exception.
- 0.95 *the same posts, to the second*: what an archive holds and what the network's API says of three posts
  or more; who copies another is rarely that quick, and the archive is its holder's own.
- 0.70 *rel=me or alsoKnownAs, one way*: anybody can claim to be somebody.
- 0.50 *a profile links to the other, one way*: people also link to their band, their employer, their idol.
- 0.30 *the same handle elsewhere*: first come, first served.
- 0.15 *the same name*: many people have one name.

Kinds are taken as independent: confidence = 1 - product of (1 - each). From `SUGGEST` on, a pair is
listed; from `SURE` on, and only when one kind alone reaches it, it is called sure, so that a
person can confirm all sure ones with one word. A handle and a name, together 0.41, are not listed.

**What people say** is a list that only grows. For each pair the last word that was not taken back
counts: *same* joins, *different* parts whatever the evidence and whatever chain would join them.
Taking a word back makes everything as it was before that word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from valore.errors import N_
from valore.model.names import handle_key, name_keys

SUGGEST = 0.5
SURE = 0.95
_CROWDED = 6
"""Accounts that share a handle or an archive; more of them say nothing of each."""
_SHORT = 5
"""Letters of a handle; shorter ones are taken everywhere."""


class Evidence(StrEnum):
    """Why two accounts may have one holder."""

    REL_ME_BOTH = "rel_me_both"
    PROFILES_BOTH = "profiles_both"
    DOMAIN_HANDLE = "domain_handle"
    SAME_ARCHIVE = "same_archive"
    SAME_POSTS = "same_posts"
    REL_ME = "rel_me"
    PROFILE = "profile"
    SAME_HANDLE = "same_handle"
    SAME_NAME = "same_name"


CONFIDENCE: Mapping[Evidence, float] = {
    Evidence.REL_ME_BOTH: 0.99,
    Evidence.PROFILES_BOTH: 0.97,
    Evidence.DOMAIN_HANDLE: 0.95,
    Evidence.SAME_ARCHIVE: 0.95,
    Evidence.SAME_POSTS: 0.95,
    Evidence.REL_ME: 0.70,
    Evidence.PROFILE: 0.50,
    Evidence.SAME_HANDLE: 0.30,
    Evidence.SAME_NAME: 0.15,
}
TOLD: Mapping[Evidence, str] = {
    Evidence.REL_ME_BOTH: N_("each says that the other is the same holder (rel=me or alsoKnownAs)"),
    Evidence.PROFILES_BOTH: N_("their profiles link to each other"),
    Evidence.DOMAIN_HANDLE: N_("the handle is the domain of the other's page"),
    Evidence.SAME_ARCHIVE: N_("they come from one archive"),
    Evidence.SAME_POSTS: N_("an archive of one and the network's answers about the other hold the same posts"),
    Evidence.REL_ME: N_("one says that the other is the same holder (rel=me or alsoKnownAs)"),
    Evidence.PROFILE: N_("one profile links to the other"),
    Evidence.SAME_HANDLE: N_("they have the same handle"),
    Evidence.SAME_NAME: N_("they have the same name"),
}
"""Evidence in plain English (message ids of the translations)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as far as it matters here."""

    account: str
    """`place:native id`."""
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    """Of the profile itself."""
    links: tuple[str, ...] = ()
    """Addresses that the profile shows."""
    me: tuple[str, ...] = ()
    """Those that it marks as the same holder: rel=me, alsoKnownAs."""
    archives: tuple[str, ...] = ()
    """Imports of which this account is the owner."""

    @property
    def place(self) -> str:
        """Return the network."""
        return self.account.partition(":")[0]


class Suggestion(NamedTuple):
    """Two accounts that may have one holder."""

    first: str
    second: str
    evidence: tuple[Evidence, ...]
    confidence: float

    @property
    def sure(self) -> bool:
        """Return whether one kind of evidence alone is strong enough."""
        return any(CONFIDENCE[kind] >= SURE for kind in self.evidence)


class Said(StrEnum):
    """What a person says of two accounts."""

    SAME = "same"
    DIFFERENT = "different"
    BACK = "back"
    """The last word on this pair is taken back."""


class Word(NamedTuple):
    """A person's word on two accounts (or on an account and a subject, written `subject:slug`)."""

    first: str
    second: str
    said: Said
    by: str
    at: datetime
    evidence: tuple[str, ...] = ()
    confidence: float | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """Return both, in one order."""
        return pair(self.first, self.second)


def pair(one: str, other: str) -> tuple[str, str]:
    """Return two names in one order."""
    return (one, other) if one <= other else (other, one)


def standing(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the word that counts for each pair, in the order in which they were said.

    Args:
        words: All of them, the oldest first.
    """
    said: dict[tuple[str, str], list[tuple[int, Word]]] = defaultdict(list)
    for place, word in enumerate(words):
        if word.said is not Said.BACK:
            said[word.pair].append((place, word))
        elif said[word.pair]:
            said[word.pair].pop()
    return tuple(word for _, word in sorted(stack[-1] for stack in said.values() if stack))


def groups(
    together: Sequence[Sequence[str]], words: Iterable[Word], apart: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return those who are one holder, each group sorted; who is alone is left out.

    Args:
        together: What is known to be one holder before anybody speaks (a subject's own accounts).
        words: As `standing` gives them.
        apart: Pairs that are different beside those that people say are.

    A link that would join, directly or by a chain, two who are different does not count. Links are
    taken in their order, so the same words give the same groups.
    """
    told = tuple(words)
    refused = {w.pair for w in told if w.said is Said.DIFFERENT} | {pair(*p) for p in apart}
    joined = _Joined(refused)
    for group in together:
        for other in group[1:]:
            joined.join(group[0], other)
    for word in told:
        if word.said is Said.SAME:
            joined.join(word.first, word.second)
    return joined.several()


@dataclass(slots=True)
class _Joined:
    """Groups that grow, but never over two who are different."""

    refused: set[tuple[str, str]]
    of: dict[str, set[str]] = field(default_factory=dict)

    def join(self, one: str, other: str) -> None:
        left, right = self.of.setdefault(one, {one}), self.of.setdefault(other, {other})
        if left is right or any(pair(a, b) in self.refused for a in left for b in right):
            return
        left |= right
        for name in right:
            self.of[name] = left

    def several(self) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted({tuple(sorted(group)) for group in self.of.values() if len(group) > 1}))


Seen = tuple[str, str, Evidence]
"""Two accounts and what speaks for one holder."""


def suggestions(profiles: Iterable[Profile], seen: Iterable[Seen] = ()) -> tuple[Suggestion, ...]:
    """Return the pairs of accounts that may have one holder, the surest first; order does not matter.

    Args:
        profiles: The accounts.
        seen: Evidence that profiles do not tell.
    """
    known = {p.account: p for p in sorted(profiles, key=lambda p: p.account)}
    found: dict[tuple[str, str], set[Evidence]] = defaultdict(set)
    for one, other, evidence in (*_linked(known), *_archived(known), *seen):
        if one in known and other in known:
            found[pair(one, other)].add(evidence)
    for one, other in _same_handles(known):
        found[pair(one, other)].add(Evidence.SAME_HANDLE)
    made = (_suggestion(known[one], known[other], kinds) for (one, other), kinds in found.items())
    listed = [s for s in made if s.confidence >= SUGGEST]
    return tuple(sorted(listed, key=lambda s: (-s.confidence, s.first, s.second)))


def _suggestion(one: Profile, other: Profile, kinds: set[Evidence]) -> Suggestion:
    if one.name and other.name and name_keys(one.name) & name_keys(other.name):
        kinds = kinds | {Evidence.SAME_NAME}
    doubt = 1.0
    for kind in kinds:
        doubt *= 1 - CONFIDENCE[kind]
    ordered = tuple(sorted(kinds, key=lambda k: (-CONFIDENCE[k], k)))
    return Suggestion(one.account, other.account, ordered, round(1 - doubt, 4))


def _linked(known: Mapping[str, Profile]) -> Iterator[Seen]:
    """Yield what profiles say of each other; a domain as handle stands for itself."""
    at: dict[str, set[str]] = defaultdict(set)
    for profile in known.values():
        for place in _addresses(profile):
            at[place].add(profile.account)
    said = {
        (account, target, marked)
        for account, profile in known.items()
        for marked, links in ((True, profile.me), (False, (*profile.links, *profile.me)))
        for link in links
        for target in at.get(_address(link), ())
        if target != account
    }
    for one, other, marked in said:
        back = (other, one, marked) in said
        both, single = (Evidence.REL_ME_BOTH, Evidence.REL_ME) if marked else (Evidence.PROFILES_BOTH, Evidence.PROFILE)
        yield one, other, both if back else single
    yield from _domains(known)


def _domains(known: Mapping[str, Profile]) -> Iterator[Seen]:
    """Yield Bluesky accounts whose handle is the domain of somebody's page."""
    pages: dict[str, set[str]] = defaultdict(set)
    for profile in known.values():
        for link in (profile.url, *profile.links):
            host = _host(link or "")
            if host and host not in _SITES:
                pages[host].add(profile.account)
    for profile in known.values():
        if profile.place == "bluesky" and not (profile.handle or "").endswith(".bsky.social"):
            named = pages.get((profile.handle or "").lower(), set()) - {profile.account}
            yield from ((profile.account, other, Evidence.DOMAIN_HANDLE) for other in named if len(named) < _CROWDED)


def _archived(known: Mapping[str, Profile]) -> Iterator[Seen]:
    owners: dict[str, list[str]] = defaultdict(list)
    for profile in known.values():
        for archive in profile.archives:
            owners[archive].append(profile.account)
    for accounts in owners.values():
        if len(accounts) < _CROWDED:
            yield from ((one, other, Evidence.SAME_ARCHIVE) for one, other in combinations(accounts, 2))


def _same_handles(known: Mapping[str, Profile]) -> Iterator[tuple[str, str]]:
    """Yield accounts of different places whose handle is the same and not a common word's length."""
    by_handle: dict[str, list[Profile]] = defaultdict(list)
    for profile in known.values():
        folded = handle_key(profile.handle or "")
        if len(folded) >= _SHORT:
            by_handle[folded].append(profile)
    for same in by_handle.values():
        if 1 < len(same) < _CROWDED:
            yield from ((a.account, b.account) for a, b in combinations(same, 2) if a.place != b.place)


_SITES: Mapping[str, str] = {
    "x.com": "x",
    "twitter.com": "x",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "threads.net": "threads",
    "threads.com": "threads",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "linkedin.com": "linkedin",
    "bsky.app": "bluesky",
    "t.me": "telegram",
    "reddit.com": "reddit",
    "pinterest.com": "pinterest",
}
_PATH = re.compile(r"^(?:@|profile/|in/|company/|user/|u/|c/)?@?([^/]+)$")
_ADDRESS = re.compile(
    r"https?://[^\s<>\"')\]]+|(?<![\w/])@?[\w.-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w/@])(?:www\.)[\w.-]+\.\w+\S*"
)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the addresses that stand in a text: of pages, and of accounts as `@user@server`.

    >>> addresses_in("Designer. https://anna.example, anche @anna@piazza.example!")
    ('https://anna.example', '@anna@piazza.example')
    """
    found = (hit.rstrip(".,;:!?") for hit in _ADDRESS.findall(text))
    return tuple(dict.fromkeys(f"@{a.lstrip('@')}" if "@" in a and "://" not in a else a for a in found))


def _addresses(profile: Profile) -> Iterator[str]:
    """Yield the addresses, folded, under which an account is known."""
    for written in (profile.url, profile.account.partition(":")[2]):
        if written and "://" in written and (folded := _address(written)):
            yield folded
    if profile.handle:
        yield f"{profile.place}/{profile.handle.lower().lstrip('@')}"
        if "@" in profile.handle.lstrip("@"):
            yield f"@{profile.handle.lower().lstrip('@')}"


def _address(link: str) -> str:
    """Return an address folded: `x/anna` for a profile of a known site, `@anna@server`, else host and path."""
    if link.startswith("@") and "://" not in link:
        return link.lower()
    host, path = _parts(link)
    site = _SITES.get(host)
    if site is not None:
        found = _PATH.match(path)
        return f"{site}/{found[1].lower()}" if found else ""
    federated = re.fullmatch(r"(?:@|users/|profile/)([\w.-]+)", path)
    if federated:
        return f"@{federated[1].lower()}@{host}"
    return f"{host}/{path}".rstrip("/") if host else ""


def _host(link: str) -> str:
    return _parts(link)[0]


def _parts(link: str) -> tuple[str, str]:
    """Return the host, without www, and the path of an address; both empty when it is none."""
    try:
        split = urlsplit(link if "://" in link else f"https://{link}")
        host = split.hostname or ""
    except ValueError:
        return "", ""
    return host.lower().removeprefix("www.").removeprefix("m."), unquote(split.path).strip("/")
