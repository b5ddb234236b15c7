"""What others say and do: audiences, passers-by of the crisis, spammers, and people who just chat."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.world.clock import DAY, HOUR, START, STOP, moments, season
from valore.world.laws import (
    ASKED,
    CRISIS_MOOD,
    CRITIC,
    FAIR,
    FAIR_SHARE,
    LIKES,
    LOYAL,
    OFFERED,
    POLAR,
    SARCASM,
    SPILL,
    Bools,
    Floats,
    Laws,
)
from valore.world.lines import NEGATIVE, NEUTRAL, POSITIVE, Lines, joined, lines
from valore.world.own import chosen, tags
from valore.world.people import PLACES, People
from valore.world.speech import STANCES, THEMES, Ints, draw, speech

NAME, REPLY, QUOTE = range(3)
_KINDS = (0.45, 0.40, 0.15)
_META = (PLACES.index("facebook"), PLACES.index("instagram"))
_OPINION, _QUESTION, _PROVOCATION, _REPORT = range(len(STANCES))
_SHIFT = 1 << 51
_SAYS = {
    "post.positive": "positive", "post.negative": "negative", "post.sarcasm": "negative", "post.crisis": "negative",
    "post.relief": "positive",
}  # fmt: skip
_OFFERS = ("brief", "collaboration", "job", "press", "speaking", "enquiry")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The subjects' posts, found by account and time."""

    order: Ints
    """Rows of the wall by (account, time)."""
    spot: Ints
    """Account and time in one number, sorted."""
    wall: Lines

    def before(self, rng: np.random.Generator, account: Ints, at: Ints) -> Ints:
        """Return a recent post (row of the wall) of each account at that time."""
        first = np.searchsorted(self.spot, account * _SHIFT)
        last = np.searchsorted(self.spot, account * _SHIFT + at) - 1
        back = np.floor(rng.exponential(3.0, len(at))).astype(np.int64)
        return np.asarray(self.order[np.maximum(last - back, first)])


@dataclass(frozen=True, slots=True)
class Acts:
    """Likes and reposts, one a row."""

    like: Bools
    actor: Ints
    at: Ints
    post: Ints
    """Row of the wall."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """Who turns to whom."""

    author: Ints
    subject: Ints
    account: Ints
    at: Ints


def shelve(wall: Lines) -> Shelf:
    """Sort the subjects' posts for `Shelf.before`."""
    spot = wall.author * _SHIFT + wall.at
    order = np.argsort(spot, kind="stable")
    return Shelf(order=order, spot=spot[order], wall=wall)


def _aims(rng: np.random.Generator, laws: Laws, people: People, days: Ints) -> _Aim:
    """Draw circle, person and target of acts that fall on these days."""
    circle = chosen(rng, laws.shares[None, :], np.zeros(len(days), dtype=np.int64))
    author, subject, account = (np.zeros(len(days), dtype=np.int64) for _ in range(3))
    for number, ring in enumerate(laws.circles):
        rows = np.flatnonzero(circle == number)
        author[rows] = people.pick(rng, f"circle:{number}", len(rows))
        targets = np.array([laws.index(t) for t in ring.targets])
        subject[rows] = targets[rng.choice(len(targets), p=laws.pulls[number], size=len(rows))]
        account[rows] = people.home[subject[rows], PLACES.index(ring.place)]
    return _Aim(author, subject, account, moments(rng, days))


def acts(rng: np.random.Generator, laws: Laws, people: People, shelf: Shelf, days: Ints) -> Acts:
    """Return likes and reposts of the audience; nobody likes a post twice."""
    aim = _aims(rng, laws, people, days)
    post = shelf.before(rng, aim.account, aim.at)
    like = rng.random(len(days)) < LIKES
    _, first = np.unique(aim.author * len(shelf.order) + post, return_index=True)
    again = np.ones(len(days), dtype=bool)
    again[first] = False
    return Acts(like=like & ~again, actor=aim.author, at=aim.at, post=post)


def audience(
    rng: np.random.Generator, laws: Laws, people: People, shelf: Shelf, days: Ints, number: int
) -> tuple[Lines, Lines]:
    """Return what the audience writes on these days, and the answers that its questions get."""
    aim = _aims(rng, laws, people, days)
    kind = rng.choice(3, p=_KINDS, size=len(days))
    kind = np.where(np.isin(people.place[aim.account], _META) & (kind == QUOTE), REPLY, kind)
    sort = _sorts(rng, laws, people, aim)
    theme = chosen(rng, laws.perceived, aim.subject)
    said = _spoken(rng, people, shelf, aim, kind, sort, theme, number)
    return said, answers(rng, laws, people, said, number + len(said))


def _sorts(rng: np.random.Generator, laws: Laws, people: People, aim: _Aim) -> list[str]:
    """Return the list of templates of each post: what it says of its subject."""
    roll, favour, sneer = rng.random((3, len(aim.at)))
    sort = np.where(favour < _lean(laws, people, aim), "post.positive", "post.negative").astype(object)
    lost = (aim.subject == laws.index("lume")) & (sort == "post.positive")
    sort[lost & (rng.random(len(aim.at)) < SPILL * storm(laws, aim.at))] = "post.negative"
    sort[(sort == "post.negative") & (sneer < SARCASM)] = "post.sarcasm"
    sort[roll >= POLAR] = "post.neutral"
    sort[(roll >= POLAR) & (roll < POLAR + ASKED)] = "post.question"
    offered = np.flatnonzero((roll >= POLAR + ASKED) & (roll < POLAR + ASKED + OFFERED))
    sort[offered] = np.array([f"post.{o}" for o in _OFFERS], dtype=object)[rng.integers(0, 6, len(offered))]
    return list(sort)


def storm(laws: Laws, at: Ints) -> Floats:
    """Return the strength of the crisis at each instant, in [0, 1]: 2^(-t/h)."""
    age = (at - START) / DAY - laws.crisis_day
    return np.where(age >= 0, np.exp2(-np.maximum(age, 0) / laws.half_life), 0.0)


def _lean(laws: Laws, people: People, aim: _Aim) -> Floats:
    """Return the chance that each author is favourable, by what kind of author they are for the subject."""
    loyal = (laws.favour - FAIR * FAIR_SHARE - CRITIC * (1 - FAIR_SHARE)) / (LOYAL - CRITIC)
    critics = (1 - FAIR_SHARE - loyal)[aim.subject]
    u = people.leaning[aim.author]
    return np.where(u < critics, CRITIC, np.where(u < critics + FAIR_SHARE, FAIR, LOYAL))


def _spoken(
    rng: np.random.Generator, people: People, shelf: Shelf, aim: _Aim, kind: Ints, sort: list[str], theme: Ints,
    number: int,
) -> Lines:  # fmt: skip
    """Find the words, and what is replied to or quoted."""
    language = people.language[aim.author]
    handle = (rng.random(len(kind)) < 0.5) | (kind == REPLY)  # noqa: PLR2004 - by name or by handle
    text, tag = _text(rng, people, aim, kind, sort, theme, language, handle)
    post = shelf.before(rng, aim.account, aim.at)
    key = shelf.wall.key[post]
    labels = _labels(rng, sort)
    return lines(
        people, number, author=aim.author, at=aim.at, text=text, tag=tag, language=language, theme=theme,
        about=aim.subject, named=np.where(handle, aim.account, -1),
        reply=np.where(kind == REPLY, key, -1), reply_author=np.where(kind == REPLY, aim.account, -1),
        quote=np.where(kind == QUOTE, key, -1), quote_author=np.where(kind == QUOTE, aim.account, -1), **labels,
    )  # fmt: skip


def _labels(rng: np.random.Generator, sort: list[str]) -> dict[str, Ints]:
    """Return what each list of templates means."""
    kinds, which = np.unique(np.array(sort, dtype=str), return_inverse=True)
    words = [_SAYS.get(k, "neutral") for k in kinds]
    polarity = np.array([("negative", "neutral", "positive").index(w) for w in words], dtype=np.int64)[which]
    ask = np.array([k == "post.question" for k in kinds])[which]
    offer = np.array([_OFFERS.index(k[5:]) if k[5:] in _OFFERS else -1 for k in kinds], dtype=np.int64)[which]
    stance = np.where(ask, _QUESTION, np.where(polarity == NEUTRAL, _REPORT, _OPINION))
    sharp = (polarity == NEGATIVE) & (rng.random(len(which)) < 0.1)  # noqa: PLR2004 - one critic in ten provokes
    return {
        "polarity": polarity,
        "stance": np.where(sharp, _PROVOCATION, stance),
        "answerable": ask.astype(np.int64),
        "opportunity": offer,
        "sarcasm": np.array([k == "post.sarcasm" for k in kinds], dtype=np.int64)[which],
        "crisis": np.array([k in {"post.crisis", "post.relief"} for k in kinds], dtype=np.int64)[which],
    }


def _text(
    rng: np.random.Generator, people: People, aim: _Aim, kind: Ints, sort: list[str], theme: Ints, language: Ints,
    handle: Bools,
) -> tuple[pa.Array, pa.Array]:  # fmt: skip
    """Return texts and hashtags."""
    name = people.name.take(pa.array(aim.account))
    at = pc.binary_join_element_wise("@", people.handle.take(pa.array(aim.account)), "")
    by = pc.if_else(pa.array(handle & (kind != REPLY)), at, name)
    core = _cores(rng, sort, language, theme, season(aim.at), by)
    mood = np.array([_SAYS.get(s, "neutral") for s in sort], dtype=str)
    tag = tags(rng, language, theme, rng.random(len(kind)) < 0.15)  # noqa: PLR2004 - few use hashtags
    parts = [
        pc.if_else(pa.array(kind == REPLY), at, ""),
        _sometimes(rng, "piece.opener", language, 0.2),
        core,
        _sometimes(rng, "piece.mixed", language, 0.04),
        _moody(rng, "verdict", mood, language, 0.45),
        _moody(rng, "tail", mood, language, 0.4),
        _moody(rng, "emoji", mood, language, 0.35),
        pc.fill_null(tag, ""),
    ]
    text = pc.replace_substring_regex(pc.binary_join_element_wise(*parts, " "), " {2,}", " ")
    bare = pc.replace_substring(tag, "#", "")
    return _slips(rng, pc.utf8_trim_whitespace(text), by), bare


def _cores(
    rng: np.random.Generator, sort: list[str], language: Ints, theme: Ints, when: Ints, name: pa.Array
) -> pa.Array:
    kinds, which = np.unique(np.array(sort, dtype=str), return_inverse=True)
    parts, rows = [], []
    for number, kind in enumerate(kinds):
        where = np.flatnonzero(which == number)
        parts.append(
            speech().say(
                str(kind), language[where], draw(rng, len(where)), theme=theme[where], season=when[where],
                name=name.take(pa.array(where)),
            )
        )  # fmt: skip
        rows.append(where)
    if not parts:
        return pa.array([], pa.string())
    return pa.concat_arrays(parts).take(pa.array(np.argsort(np.concatenate(rows), kind="stable")))


def _sometimes(rng: np.random.Generator, what: str, language: Ints, share: float) -> pa.Array:
    said = speech().say(what, language, draw(rng, len(language)))
    return pc.if_else(pa.array(rng.random(len(language)) < share), said, "")


def _moody(rng: np.random.Generator, what: str, mood: npt.NDArray[np.str_], language: Ints, share: float) -> pa.Array:
    """Return verdicts, tails or emoji that go with the polarity; the neutral have no verdict."""
    text = pa.array([""] * len(language))
    for kind in ("negative", "neutral", "positive"):
        if f"piece.{what}_{kind}" not in speech().lists:
            continue
        said = _sometimes(rng, f"piece.{what}_{kind}", language, share)
        text = pc.if_else(pa.array(mood == kind), said, text)
    return text


def _slips(rng: np.random.Generator, text: pa.Array, name: pa.Array) -> pa.Array:
    """Let some write in small letters and some mistype; the name of the subject stays whole."""
    roll = rng.random(len(text))
    small = pc.if_else(pa.array(roll < 0.05), pc.utf8_lower(text), text)  # noqa: PLR2004 - one in twenty
    whole = pc.if_else(pc.match_substring(pc.utf8_lower(text), "@"), small, text)
    rows = np.flatnonzero((roll > 0.05) & (roll < 0.08))  # noqa: PLR2004 - three in a hundred
    if not len(rows):
        return whole
    typed = [_mistyped(t, n, int(r)) for t, n, r in zip(
        whole.take(pa.array(rows)).to_pylist(), name.take(pa.array(rows)).to_pylist(),
        rng.integers(0, 1 << 30, len(rows)), strict=True,
    )]  # fmt: skip
    mask = np.zeros(len(text), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(whole, pa.array(mask), pa.array(typed, pa.string()))


def _mistyped(text: str, name: str, number: int) -> str:
    """Swap two letters of a longer word that is not part of the name."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 5 and w.isalpha() and w not in name]  # noqa: PLR2004 - long words
    if not long:
        return text
    which = long[number % len(long)]
    word, cut = words[which], 1 + number % 3
    words[which] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


def answers(rng: np.random.Generator, laws: Laws, people: People, asked: Lines, number: int) -> Lines:
    """Return the answers of the subjects; each comes with its own chance, after an exponential wait."""
    wait = rng.exponential(1.0, len(asked)) * laws.delay[np.maximum(asked.about, 0)] * HOUR
    at = asked.at + wait.astype(np.int64)
    will = rng.random(len(asked)) < laws.answered[np.maximum(asked.about, 0)]
    rows = np.flatnonzero((asked.answerable == 1) & will & (at < STOP))
    theme, language = asked.theme[rows], asked.language[rows]
    text = speech().say("post.answer", language, draw(rng, len(rows)), theme=theme, season=season(at[rows]))
    to = pc.binary_join_element_wise("@", people.handle.take(pa.array(asked.author[rows])), "")
    text = pc.binary_join_element_wise(to, text, " ")
    return lines(
        people, number, author=_answering(people, asked, rows), named=asked.author[rows], at=at[rows],
        text=text, language=language, theme=theme, stance=np.full(len(rows), _REPORT),
        reply=asked.key[rows], reply_author=asked.author[rows],
    )  # fmt: skip


def _answering(people: People, asked: Lines, rows: Ints) -> Ints:
    return people.home[asked.about[rows], people.place[asked.author[rows]]]


def storming(rng: np.random.Generator, laws: Laws, people: People, shelf: Shelf, days: Ints, number: int) -> Lines:
    """Return the posts of the crisis: strangers who complain of Lume, a few who defend it."""
    many, lume = len(days), laws.index("lume")
    account = np.full(many, people.home[lume, 0])
    aim = _Aim(people.pick(rng, "crisis", many), np.full(many, lume), account, moments(rng, days))
    kind = rng.choice(3, p=(0.7, 0.3, 0.0), size=many)
    roll = rng.random(many)
    relief, rest = CRISIS_MOOD
    sort = np.where(roll < relief, "post.crisis", np.where(roll < rest, "post.relief", "post.neutral"))
    theme = np.full(many, THEMES.index("luce"))
    return _spoken(rng, people, shelf, aim, kind, [str(s) for s in sort], theme, number)


def spam(rng: np.random.Generator, laws: Laws, people: People, days: Ints, number: int) -> Lines:
    """Return spam, which names subjects only to be seen."""
    first, last = people.spans["spam"]
    return _plain(rng, laws, people, "post.spam", rng.integers(first, last, len(days)), days, number, named=True)


def chatter(rng: np.random.Generator, laws: Laws, people: People, days: Ints, number: int) -> Lines:
    """Return what people say when they speak of no subject at all."""
    first, last = people.spans["circle:0"]
    return _plain(rng, laws, people, "post.chatter", rng.integers(first, last, len(days)), days, number)


def _plain(
    rng: np.random.Generator, laws: Laws, people: People, what: str, author: Ints, days: Ints, number: int, *,
    named: bool = False,
) -> Lines:  # fmt: skip
    many, at = len(days), moments(rng, days)
    language = people.language[author]
    theme = rng.integers(0, len(THEMES), many)
    about = rng.integers(0, len(laws.roles), many)
    account = people.home[about, 0]
    handle = pc.binary_join_element_wise("@", people.handle.take(pa.array(account)), "")
    text = speech().say(what, language, draw(rng, many), theme=theme, season=season(at), name=handle)
    made = lines(people, number, author=author, at=at, text=text, language=language, theme=theme,
                 stance=np.full(many, _REPORT))  # fmt: skip
    if not named:
        return made
    return replace(made, about=about, named=account, polarity=np.full(many, NEUTRAL))


def clique(rng: np.random.Generator, laws: Laws, people: People, shelf: Shelf, number: int) -> tuple[Lines, Acts]:
    """Return two bursts in which fifty accounts praise Nitida within half an hour, and like it together."""
    first, last = people.spans["clique"]
    members, nitida = np.arange(first, last), laws.index("nitida")
    account = people.home[nitida, 0]
    said: list[Lines] = []
    done: list[Acts] = []
    for day in (496, 518):
        start = START + day * DAY + 15 * HOUR
        at = start + (rng.random(len(members)) * HOUR / 2).astype(np.int64)
        theme = np.full(len(members), THEMES.index("luce"))
        handle = pc.binary_join_element_wise("@", people.handle.take(pa.array(np.full(len(members), account))), "")
        spoken = np.zeros(len(members), dtype=np.int64)
        text = speech().say("post.clique", spoken, draw(rng, len(members)), theme=theme, name=handle)
        said.append(lines(
            people, number + len(members) * len(said), author=members, at=at, text=text, language=spoken, theme=theme,
            stance=np.full(len(members), _OPINION), about=np.full(len(members), nitida),
            polarity=np.full(len(members), POSITIVE), named=np.full(len(members), account),
        ))  # fmt: skip
        post = shelf.before(rng, np.full(1, account), np.full(1, start)).repeat(len(members))
        for like in (True, False):
            soon = at + (rng.random(len(members)) * HOUR / 6).astype(np.int64)
            done.append(Acts(like=np.full(len(members), like), actor=members, at=soon, post=post))
    return joined(said), together(done)


def together(parts: list[Acts]) -> Acts:
    """Return all acts of several parts; who likes a post twice has liked it once."""
    like, actor, at, post = (np.concatenate([getattr(p, f) for p in parts]) for f in ("like", "actor", "at", "post"))
    pairs = np.where(like, actor * (int(post.max(initial=0)) + 1) + post, -1 - np.arange(len(post)))
    rows = np.sort(np.unique(pairs, return_index=True)[1])
    return Acts(like=like[rows], actor=actor[rows], at=at[rows], post=post[rows])


def digests(rng: np.random.Generator, people: People, number: int) -> Lines:
    """Return the weekly bulletins of two useful robots that say what they are."""
    first, last = people.spans["robots"]
    author = np.repeat(np.arange(first, last), 19)
    at = START + np.tile(np.arange(19) * 28 * DAY, 2) + (author - first) * 14 * DAY + 7 * HOUR
    theme = rng.integers(0, len(THEMES), len(author))
    language = np.zeros(len(author), dtype=np.int64)
    text = speech().say("post.digest", language, draw(rng, len(author)), theme=theme, season=season(at))
    return lines(people, number, author=author, at=at, text=text, language=language, theme=theme,
                 stance=np.full(len(author), _REPORT))  # fmt: skip
