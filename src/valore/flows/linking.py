"""Accounts of one holder: what speaks for it is listed, a person decides, and can take it back.

Nothing is joined by itself: a suggestion is a suggestion. What was said stands in the state as a
list that only grows; measures read it anew each time, so that a word taken back leaves no trace.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from valore.engine import Engine
from valore.engine.dialect import literal
from valore.errors import SettingsError
from valore.flows import _declared
from valore.flows._allowed import NEVER, joining, may_suggest
from valore.flows._copies import once
from valore.flows._holders import POST, SUBJECT, resolved, with_linked
from valore.flows.posts import opened
from valore.flows.space import Space
from valore.model.links import (
    Evidence,
    Profile,
    Said,
    Seen,
    Suggestion,
    Word,
    addresses_in,
    groups,
    pair,
    standing,
    suggestions,
)
from valore.model.subject import AccountRef
from valore.places import places

_PROFILES = """
select key, place, id, handle, name, bio, url, links, aliases from accounts
where revision >= 0 and {which}
  and (coalesce(bio, url, handle, name) is not null or links is not null or aliases is not null)
"""


def suggest(space: Space) -> tuple[Suggestion, ...]:
    """Return pairs of accounts that may have one holder and of which nobody has spoken, the surest first.

    Accounts of places whose terms forbid to combine what they say with others' are left out, and of those
    that want the holder to agree, pairs for which nothing speaks that the holder said or brought themself.
    """
    with opened(space) as engine:
        found = _found(space, engine)
    spoken = {word.pair for word in standing(space.desk.links.all())}
    group = {name: group for group in holders(space) for name in group}
    open_ = (s for s in found if pair(s.first, s.second) not in spoken)
    return tuple(s for s in open_ if s.second not in group.get(s.first, ()) and len(_subjects(group, s[:2])) < 2)  # noqa: PLR2004 - two subjects


def holders(space: Space) -> tuple[tuple[str, ...], ...]:
    """Return the accounts (and `subject:slug`) that count as one, as they were written."""
    own = {f"{SUBJECT}{s.slug}": s.accounts for s in space.subjects()}
    words = [w for w in standing(space.desk.links.all()) if not w.first.startswith(POST)]
    return groups([[subject, *accounts] for subject, accounts in own.items()], words, combinations(own, 2))


def copies(space: Space) -> tuple[tuple[int, int], ...]:
    """Return posts that count once: the key of the copy, and that of the post that counts."""
    words = standing(space.desk.links.all())
    with opened(space) as engine:
        with_linked(engine, space.subjects(), words, {})
        return tuple(sorted(once(engine, words).items()))


def confirm(space: Space, first: str, second: str, *, by: str) -> Word:
    """Record a person's word that two accounts, or an account and a subject, are one holder.

    Args:
        space: Where.
        first: An account, `place:id` or `place:@handle`.
        second: Another, or the short name of a subject; both may be keys of posts that are one post.
        by: Who says so, as they sign.

    Raises:
        SettingsError: an account is not known, or somebody said that they are different, or they
            belong to different subjects, or the terms of a place forbid to join its accounts.
        UnknownName: nobody is called so.
    """
    one, other = _pair(space, first, second)
    _allow(space, one, other)
    _check(space, one, other)
    evidence, confidence = _evidence(space, one, other)
    with space.desk.writing():
        if other.startswith(SUBJECT):
            _own(space, other, AccountRef(one), mine=True, by=by)
        return _say(space, Word(one, other, Said.SAME, by, datetime.now(UTC), evidence, confidence))


def refuse(space: Space, first: str, second: str, *, by: str) -> Word:
    """Record a person's word that two are different; it wins over all evidence until it is taken back.

    Raises:
        SettingsError: an account is not known, or one subject declares both as its own.
        UnknownName: nobody is called so.
    """
    one, other = _pair(space, first, second)
    for subject in space.subjects():
        mine = {f"{SUBJECT}{subject.slug}", *_written(space, subject.accounts).values()}
        if {one, other} <= mine:
            raise SettingsError(
                "both are declared as {subject}'s own; take one of them away there first", subject=subject.slug
            )
    return _say(space, Word(one, other, Said.DIFFERENT, by, datetime.now(UTC)))


def undo(space: Space, first: str, second: str, *, by: str) -> Word:
    """Take back the last word on two; everything is then as it was before it.

    Raises:
        SettingsError: nobody has said anything of them.
        UnknownName: nobody is called so.
    """
    one, other = _pair(space, first, second)
    before = {w.pair: w for w in standing(space.desk.links.all())}
    if pair(one, other) not in before:
        raise SettingsError("nobody has said anything of {one} and {other}", one=one, other=other)
    with space.desk.writing():
        said = _say(space, Word(one, other, Said.BACK, by, datetime.now(UTC)))
        after = {w.pair: w for w in standing(space.desk.links.all())}.get(said.pair)
        was, now = before[said.pair].said is Said.SAME, after is not None and after.said is Said.SAME
        if other.startswith(SUBJECT) and was != now:
            _own(space, other, AccountRef(one), mine=now, by=by)
    return said


def _say(space: Space, word: Word) -> Word:
    space.desk.links.say(word)
    return word


def _allow(space: Space, one: str, other: str) -> None:
    """Refuse to join accounts of places whose terms never allow it, a subject's own among them."""
    if one.startswith(POST):
        return
    whole = {name: group for group in holders(space) for name in group}
    joined = [n for name in (one, other) for n in whole.get(name, (name,)) if not n.startswith(SUBJECT)]
    for first, second in combinations(dict.fromkeys(map(_place, joined)), 2):
        if joining(first, second) == NEVER:
            raise SettingsError(
                "the terms of {place} or of {other} do not let accounts there be joined with others",
                place=first,
                other=second,
            )


def _place(account: str) -> str:
    return account.partition(":")[0]


def _check(space: Space, one: str, other: str) -> None:
    """Refuse what a standing word, or two subjects, forbid."""
    for word in standing(space.desk.links.all()):
        if word.pair == pair(one, other) and word.said is Said.DIFFERENT:
            raise SettingsError(
                "{by} said that {one} and {other} are different; take that back first: valore link undo {one} {other}",
                by=word.by,
                one=one,
                other=other,
            )
    if one.startswith(POST):
        return
    owners = _subjects({name: group for group in holders(space) for name in group}, (one, other))
    if len(owners) > 1:
        raise SettingsError("they belong to different subjects: {names}", names=", ".join(owners))


def _subjects(group: Mapping[str, Sequence[str]], names: Sequence[str]) -> tuple[str, ...]:
    """Return the short names of the subjects to whom these belong."""
    owners = {n for name in names for n in group.get(name, (name,)) if n.startswith(SUBJECT)}
    return tuple(sorted(name.removeprefix(SUBJECT) for name in owners))


def _own(space: Space, subject: str, account: AccountRef, *, mine: bool, by: str) -> None:
    """Give a subject an account, or take it away."""
    known = space.subject(subject.removeprefix(SUBJECT))
    rest = tuple(a for a in known.accounts if a != account)
    after = replace(known, accounts=(*rest, account) if mine else rest)
    space.desk.subjects.put(after, evidence=f"link: {by}"[:200])


def _pair(space: Space, first: str, second: str) -> tuple[str, str]:
    """Return what two texts name; a subject stands second.

    Raises:
        SettingsError: an account is not known, both are the same, or they are not of one kind.
        UnknownName: nobody is called so.
    """
    if first.isdecimal() and second.isdecimal():
        one, other = _posts(space, int(first), int(second))
    else:
        account, rest = sorted((first, second), key=lambda text: ":" not in text)
        one = _account(space, account)
        other = _account(space, rest) if ":" in rest else f"{SUBJECT}{space.subject(rest).slug}"
    if one == other:
        raise SettingsError("{one} is one already", one=one)
    return one, other


def _posts(space: Space, first: int, second: int) -> tuple[str, str]:
    """Return two posts of one place.

    Raises:
        SettingsError: one is not there, or they are of different places: then they are two posts.
    """
    with opened(space) as engine:
        rows = engine.query(f"select key, place from posts where key in ({first}, {second})").to_pylist()
    if {row["key"] for row in rows} != {first, second} or len({row["place"] for row in rows}) != 1:
        raise SettingsError("{first} and {second} are not posts of one place", first=first, second=second)
    return f"{POST}{first}", f"{POST}{second}"


def _account(space: Space, text: str) -> str:
    """Return an account as it is written in words: by native id where the data know it.

    Raises:
        SettingsError: it is no account, or nothing is known of it.
    """
    if ":" not in text:
        raise SettingsError("'{account}' is no account; write it as x:@handle or x:1001", account=text)
    ref = _declared.account(text)
    written = _written(space, [ref])
    if ref not in written:
        raise SettingsError("no account {account} was imported or declared", account=ref)
    return written[ref]


def _written(space: Space, refs: Iterable[AccountRef]) -> Mapping[AccountRef, str]:
    """Return accounts by the one way in which words name them; who is not known is left out."""
    asked = list(refs)
    declared = {a for s in space.subjects() for a in s.accounts}
    found: dict[AccountRef, str] = {a: str(a) for a in asked if a in declared}
    with opened(space) as engine:
        keys = resolved(engine, [(str(a), a) for a in asked])
        named = _names(engine, {k for some in keys.values() for k in some})
    for ref in asked:
        ids = sorted(named[k] for k in keys[ref] if k in named)
        native = [i for i in ids if not i.partition(":")[2].startswith("@")]
        if ids:
            found[ref] = (native or ids)[0]
    return found


def _names(engine: Engine, keys: Iterable[int]) -> dict[int, str]:
    listed = ", ".join(map(str, sorted(keys))) or "-1"
    rows = engine.query(f"select distinct key, place, id from accounts where key in ({listed})").to_pylist()
    return {r["key"]: f"{r['place']}:{r['id']}" for r in rows}


def _evidence(space: Space, one: str, other: str) -> tuple[tuple[str, ...], float | None]:
    """Return what speaks for two being one holder, and how surely."""
    if one.startswith(POST):
        return (), None
    with opened(space) as engine:
        told = _found(space, engine, (one, other))
    return (tuple(told[0].evidence), told[0].confidence) if told else ((), None)


def _found(space: Space, engine: Engine, only: tuple[str, str] | None = None) -> tuple[Suggestion, ...]:
    """Return what the facts suggest, of all accounts or of two."""
    seen = [s for s in _same_posts(engine) if only is None or pair(*s[:2]) == pair(*only)]
    named = {name: Profile(account=name) for one, other, _ in seen for name in (one, other)}
    known = {**named, **{p.account: p for p in _profiles(space, engine, only)}}
    found = suggestions(known.values(), seen)
    return tuple(s for s in found if may_suggest(_place(s.first), _place(s.second), s.evidence))


def _profiles(space: Space, engine: Engine, only: Sequence[str] | None) -> Sequence[Profile]:
    barred = {place.name for place in places().values() if not place.policy.may_combine}
    owners: dict[str, list[str]] = defaultdict(list)
    for record in space.imports():
        for account in _owners(record.outcome.owners):
            owners[account].append(record.sha256)
    which = "true" if only is None else f"place || ':' || id in ({', '.join(map(literal, only))})"
    rows = engine.query(_PROFILES.format(which=which)).to_pylist()
    return [_profile(row, owners) for row in rows if row["place"] not in barred]


def _same_posts(engine: Engine) -> Iterator[Seen]:
    """Yield accounts that wrote the same posts, once as an archive and once as the network says."""
    rows = engine.ask("twin_authors").to_pylist()
    names = _names(engine, {row[side] for row in rows for side in ("author", "other")})
    for row in rows:
        if row["author"] in names and row["other"] in names:
            yield names[row["author"]], names[row["other"]], Evidence.SAME_POSTS


def _owners(posts: Mapping[str, int]) -> Iterator[str]:
    """Yield for each place the account that wrote most of its posts in an archive."""
    for place in sorted({account.partition(":")[0] for account in posts}):
        there = {a: n for a, n in posts.items() if a.startswith(f"{place}:")}
        most = max(there, key=lambda a: there[a])
        if there[most] > sum(there.values()) / 2:
            yield most


def _profile(row: Mapping[str, Any], owners: Mapping[str, Sequence[str]]) -> Profile:
    account = f"{row['place']}:{row['id']}"
    return Profile(
        account=account,
        handle=row["handle"],
        name=row["name"],
        url=row["url"],
        links=(*(row["links"] or ()), *addresses_in(row["bio"] or "")),
        me=tuple(row["aliases"] or ()),
        archives=tuple(owners.get(account, ())),
    )
