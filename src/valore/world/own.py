"""What the subjects publish: when, on which theme, how new it is, and in which words."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.world.clock import DAY, HOUR, START, moments
from valore.world.laws import Bools, Floats, Laws
from valore.world.lines import EDITED, EXACT, FRESH, TRANSLATED, Lines, kept_ids, lines
from valore.world.people import PLACES, People
from valore.world.speech import LANGUAGES, SLOTS, STANCES, THEMES, Ints, draw, speech

WEEKS = 78
_SILENCE = {"anna": (30, 34), "dario": (50, 55)}
"""Weeks [first, last) in which somebody is away; never in the last window."""
_SOCIAL = [PLACES.index(p) for p in ("x", "facebook", "instagram", "mastodon")]
_STANCES = (0.4, 0.15, 0.15, 0.3)
_REHASH = (0.25, 0.43, 0.32)
"""Exact, edited, translated."""
_COPY_WITHIN = 7 * DAY
_THING, _PRED = 1 + SLOTS.index("thing"), 1 + SLOTS.index("pred")
_SECOND, _TAGGED, _LOOK = 0.4, 0.5, 0.25
_EN, _FR = LANGUAGES.index("en"), LANGUAGES.index("fr")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Rows in order of time, before there are words."""

    subject: Ints
    at: Ints
    author: Ints
    novelty: Ints
    source: Ints
    """Row that is repeated; -1 for what is new."""


def wall(rng: np.random.Generator, laws: Laws, people: People, size: int) -> Lines:
    """Return all own posts of the subjects, in order of time."""
    subject, at, opening = _calendar(rng, laws, people, size)
    author = _accounts(rng, people, subject, opening)
    novelty, source = _novelty(rng, laws, subject, at, opening)
    plan = _Plan(subject, at, author, novelty, source)
    return _worded(rng, laws, people, plan, opening >= 0)


def _calendar(rng: np.random.Generator, laws: Laws, people: People, size: int) -> tuple[Ints, Ints, Ints]:
    """Return subject, instant and opened account (-1) of each own post, by time."""
    busier = 1 + 2 * np.log10(max(1.0, size / 3000))
    subjects, instants = [], []
    for number, role in enumerate(laws.roles):
        active = rng.random(WEEKS) < role.weekly
        active[slice(*_SILENCE.get(role.slug, (0, 0)))] = False
        many = np.where(active, 1 + rng.poisson(role.extra * busier, WEEKS), 0)
        week = np.repeat(np.arange(WEEKS), many)
        instants.append(moments(rng, 7 * week + rng.integers(0, 7, len(week))))
        subjects.append(np.full(len(week), number))
    rows = np.flatnonzero(np.isin(people.place, _SOCIAL) & (people.subject >= 0))
    hello = START + (8 + rng.random(len(rows)) * 4) * HOUR
    subject = np.concatenate([*subjects, people.subject[rows]])
    at = np.concatenate([*instants, hello.astype(np.int64)])
    opening = np.concatenate([np.full(len(subject) - len(rows), -1), rows])
    order = np.lexsort((subject, at))
    return subject[order], at[order], opening[order]


def _accounts(rng: np.random.Generator, people: People, subject: Ints, opening: Ints) -> Ints:
    """Return the account of each post: any of the subject's social ones, X twice as often."""
    home = people.home[:, _SOCIAL]
    weight = np.where(home >= 0, np.array([2.0, 1.0, 1.0, 1.0]), 0.0)
    place = chosen(rng, weight / weight.sum(1, keepdims=True), subject)
    return np.where(opening >= 0, opening, home[subject, place])


def chosen(rng: np.random.Generator, table: Floats, row: Ints) -> Ints:
    """Return one draw from the row-th distribution of `table` for each row."""
    running = np.cumsum(table, axis=1)[row]
    return np.asarray((rng.random((len(row), 1)) >= running[:, :-1]).sum(1))


def _novelty(rng: np.random.Generator, laws: Laws, subject: Ints, at: Ints, opening: Ints) -> tuple[Ints, Ints]:
    """Return how new each post is and which row it repeats."""
    new = (rng.random(len(at)) < laws.fresh[subject]) | (opening >= 0)
    novelty = np.where(new, FRESH, rng.choice([EXACT, EDITED, TRANSLATED], p=_REHASH, size=len(at)))
    copies = rng.random(len(at)) < np.array([r.copies for r in laws.roles])[subject]
    lume = np.flatnonzero((subject == laws.index("lume")) & (novelty == FRESH) & (opening < 0))
    source = np.full(len(at), -1)
    latest = np.searchsorted(at[lume], at) - 1
    near = (latest >= 0) & (at - at[lume[latest]] < _COPY_WITHIN)
    copied = copies & near & (opening < 0)
    novelty = np.where(copied, np.where(rng.random(len(at)) < 0.5, EXACT, EDITED), novelty)  # noqa: PLR2004 - a coin
    source[copied] = lume[latest[copied]]
    return _sources(rng, subject, novelty, source, opening >= 0)


def _sources(rng: np.random.Generator, subject: Ints, novelty: Ints, source: Ints, opening: Bools) -> tuple[Ints, Ints]:
    """Give each repetition something new that came before, mostly one's own; without any it is new."""
    said: list[list[int]] = [[] for _ in range(int(subject.max()) + 1)]
    everybody: list[int] = []
    for row in range(len(subject)):
        if novelty[row] == FRESH:
            if not opening[row]:
                said[subject[row]].append(row)
                everybody.append(row)
        elif source[row] < 0:
            mine = said[subject[row]]
            pool = mine if mine and rng.random() < 0.6 else everybody  # noqa: PLR2004 - one's own more often
            if pool:
                source[row] = pool[int(rng.integers(len(pool)))]
    return np.where(source < 0, FRESH, novelty), source


def _worded(rng: np.random.Generator, laws: Laws, people: People, plan: _Plan, opening: Bools) -> Lines:
    many = len(plan.at)
    base = np.where(plan.source >= 0, plan.source, np.arange(many))
    theme = chosen(rng, laws.practised, plan.subject)
    stance = rng.choice(len(STANCES), p=_STANCES, size=many)
    first, second = _unspent(draw(rng, many), theme, plan.source < 0), draw(rng, many)
    language = _languages(rng, laws, plan)
    spoken = np.where(plan.novelty == TRANSLATED, language, language[base])
    theme, stance = theme[base], stance[base]
    said = statements(first[base], second[base], spoken, theme, stance)
    tag = tags(rng, spoken, theme, rng.random(many) < _TAGGED)
    look = _glance(rng, spoken, rng.random(many) < _LOOK)
    full = _tidy(said, pc.fill_null(tag, ""), look)
    full = pc.if_else(pa.array(opening), speech().say("post.hello", spoken, first), full)
    text = _repeated(rng, plan, spoken, full, said)
    made = kept_ids(
        people,
        lines(
            people,
            0,
            author=plan.author,
            at=plan.at,
            text=text,
            language=spoken,
            theme=theme,
            stance=stance,
            novelty=plan.novelty,
        ),
    )
    kept = pc.match_substring_regex(text, "#")
    bare = pc.replace_substring(pc.if_else(kept, pc.extract_regex(text, r"(?P<t>#[^\s]+)").field("t"), None), "#", "")
    parent = np.where(plan.source >= 0, made.key[base], -1)
    return replace(made, tag=bare, parent=parent)


def _unspent(draws: Ints, theme: Ints, new: Bools) -> Ints:
    """Let new statements go through all pairs of thing and predicate before one comes again."""
    for number in range(len(THEMES)):
        rows = np.flatnonzero((theme == number) & new)
        pair = (np.arange(len(rows)) * 77 + draws[rows[:1], 1].sum()) % 192
        draws[rows, _THING], draws[rows, _PRED] = pair % 8, pair // 8
    return draws


def _languages(rng: np.random.Generator, laws: Laws, plan: _Plan) -> Ints:
    italian = np.array([r.italian for r in laws.roles])[plan.subject]
    other = np.where(rng.random(len(plan.at)) < 0.7, _EN, _FR)  # noqa: PLR2004 - English before French
    language = np.where(rng.random(len(plan.at)) < italian, 0, other)
    base = np.where(plan.source >= 0, plan.source, np.arange(len(plan.at)))
    same = language == language[base]
    return np.where((plan.novelty == TRANSLATED) & same, np.where(language == 0, other, 0), language)


def statements(first: Ints, second: Ints, language: Ints, theme: Ints, stance: Ints) -> pa.Array:
    """Return one sentence by stance and, for some, another that goes on."""
    tongue = speech()
    parts, rows = [], []
    for number, name in enumerate(STANCES):
        where = np.flatnonzero(stance == number)
        parts.append(tongue.say(f"frame.{name}", language[where], first[where], theme=theme[where]))
        rows.append(where)
    back = np.argsort(np.concatenate(rows), kind="stable")
    said = pa.concat_arrays(parts).take(pa.array(back))
    more = tongue.say("frame.more", language, second, theme=theme)
    longer = pa.array((second[:, 1] % 1000) < 1000 * _SECOND)
    return _tidy(said, pc.if_else(longer, more, ""))


def _tidy(*parts: pa.Array) -> pa.Array:
    """Join sentences by single blanks."""
    whole = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " "))
    return pc.replace_substring_regex(whole, " {2,}", " ")


def tags(rng: np.random.Generator, language: Ints, theme: Ints, wanted: Bools) -> pa.Array:
    """Return a hashtag of the theme, null where none is wanted."""
    tongue = speech()
    first, many = np.stack([tongue.lists[f"tag.{t}"] for t in THEMES])[theme, :, language].T
    chosen = first + rng.integers(0, 1 << 20, len(theme)) % many
    return pc.if_else(pa.array(wanted), tongue.literals[0].take(pa.array(chosen)), None)


def _glance(rng: np.random.Generator, language: Ints, wanted: Bools) -> pa.Array:
    return pc.if_else(pa.array(wanted), speech().say("piece.emoji_neutral", language, draw(rng, len(language))), "")


def _repeated(rng: np.random.Generator, plan: _Plan, language: Ints, full: pa.Array, said: pa.Array) -> pa.Array:
    """Exact repetitions take the very text; edited ones drop the tag and say that they come again."""
    base = pa.array(np.where(plan.novelty == EXACT, plan.source, np.arange(len(plan.at))))
    again = speech().say("frame.again", language, draw(rng, len(plan.at)))
    edited = _tidy(again, said)
    return pc.if_else(pa.array(plan.novelty == EDITED), edited, full.take(base))
