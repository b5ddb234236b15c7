"""From columns of the simulation to the fact tables of `model.schemas`, and to true labels."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model import keys
from valore.model.schemas import (
    ACCOUNTS,
    ANNOTATIONS,
    INSTANT,
    INTERACTIONS,
    KEYS,
    OBSERVATIONS,
    POSTS,
    STRINGS,
)
from valore.world.clock import DAY, STOP
from valore.world.crowd import Acts
from valore.world.laws import Laws
from valore.world.lines import FRESH, OPPORTUNITIES, Lines
from valore.world.people import ORGANISATION, PERSON, PLACES, ROBOT, SHILL, SPAMMER, SUBJECT, People
from valore.world.speech import LANGUAGES, STANCES, THEMES, Ints, draw, speech

SOURCE = "world"
POLARITIES = ("negative", "neutral", "positive")
NOVELTIES = ("fresh", "exact", "edited", "translated")
_LABELS = pa.schema(
    [
        pa.field("post", pa.int64(), nullable=False),
        pa.field("author", pa.int64(), nullable=False),
        pa.field("subject", pa.string()),  # slug it speaks of; null where it speaks of none
        pa.field("polarity", pa.string()),  # for that subject; null in own posts and chatter
        pa.field("language", pa.string(), nullable=False),
        pa.field("theme", pa.string()),
        pa.field("stance", pa.string()),
        pa.field("novelty", pa.string()),  # fresh, exact, edited, translated; null in others' posts
        pa.field("rehash_of", pa.int64()),
        pa.field("opportunity", pa.string()),
        pa.field("answerable", pa.bool_(), nullable=False),
        pa.field("sarcasm", pa.bool_(), nullable=False),
        pa.field("crisis", pa.bool_(), nullable=False),
        pa.field("month", pa.string(), nullable=False),
    ]
)


def months_of(at: Ints) -> pa.Array:
    """Return "2025-01" for each instant."""
    return pa.array(at.astype("datetime64[us]").astype("datetime64[M]").astype(str))


def _seen(numbers: Ints) -> pa.Array:
    """Return keys with -1 as null."""
    return pa.array(numbers, mask=numbers < 0)


def _named(numbers: Ints, names: tuple[str, ...]) -> pa.Array:
    """Return names by index with -1 as null."""
    return pa.array(names).take(_seen(numbers))


def _rows(people: People, rows: Ints) -> pa.Array:
    """Return the keys of accounts with -1 as null."""
    return pa.array(people.key[np.maximum(rows, 0)], mask=rows < 0)


def posts(people: People, said: Lines) -> pa.Table:
    """Return posts in the schema of the lake, first editions."""
    many = len(said)
    places = pa.array(PLACES).take(pa.array(people.place[said.author]))
    one = pc.list_flatten(pa.array([], KEYS)) if not many else None
    columns: dict[str, object] = {
        "key": said.key,
        "place": places,
        "id": said.id,
        "author": people.key[said.author],
        "published": pa.array(said.at).cast(INSTANT),
        "text": said.text,
        "kind": pa.array(["Note"] * many) if one is None else pa.array([], pa.string()),
        "language": _named(said.language, LANGUAGES),
        "tags": _lists(said.tag, STRINGS),
        "mentions": _lists(_rows(people, said.named), KEYS),
        "reply_to": _seen(said.reply),
        "reply_to_author": _rows(people, said.reply_author),
        "quote_of": _seen(said.quote),
        "quote_of_author": _rows(people, said.quote_author),
        "visibility": pa.repeat("public", many),
        "revision": said.at,
        "weight": pa.repeat(pa.scalar(7, pa.int32()), many),
        "digest": keys.hash63(said.text),
        "edition": pa.repeat(pa.scalar(0, pa.int32()), many),
        "source": pa.repeat(SOURCE, many),
        "month": months_of(said.at),
    }
    return _fit(columns, POSTS, many)


def _lists(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return lists of one value, empty where it is null."""
    there = np.asarray(pc.is_valid(values).to_numpy(zero_copy_only=False)).astype(np.int32)
    offsets = pa.array(np.concatenate([[0], np.cumsum(there)]).astype(np.int32))
    return pa.ListArray.from_arrays(offsets, values.drop_null()).cast(kind)


def _fit(columns: dict[str, object], schema: pa.Schema, many: int) -> pa.Table:
    """Return the columns in a schema's order; those not given are null."""
    arrays = [pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(many, f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def accounts(rng: np.random.Generator, laws: Laws, people: People) -> pa.Table:
    """Return profiles: what each account says of itself, and how many follow it."""
    many = len(people.key)
    age = rng.integers(30, 4000, many) * DAY
    age = np.where(np.isin(people.kind, (SPAMMER, SHILL)), rng.integers(3, 60, many) * DAY, age)
    shady, known = people.kind == SPAMMER, people.kind == SUBJECT
    columns: dict[str, object] = {
        "key": people.key,
        "place": pa.array(PLACES).take(pa.array(people.place)),
        "id": people.id,
        "handle": people.handle,
        "name": people.name,
        "bio": _bios(rng, laws, people),
        "kind": _named(np.where(people.kind == ROBOT, 0, -1), ("Service",)),
        "created": pa.array(STOP - age - 600 * DAY * (people.kind < SPAMMER)).cast(INSTANT),
        "followers": np.where(
            shady, rng.integers(0, 40, many), rng.lognormal(5 + 3 * known, 1.3, many).astype(np.int64)
        ),
        "following": np.where(shady, rng.integers(800, 5000, many), rng.lognormal(5.2, 0.9, many).astype(np.int64)),
        "posts": np.where(shady, rng.integers(5000, 90_000, many), rng.lognormal(6, 1.2, many).astype(np.int64)),
        "verified": known,
        "automated": people.kind == ROBOT,
        "default_picture": (shady & (rng.random(many) < 0.6)) | (rng.random(many) < 0.04),  # noqa: PLR2004 - shares
        "language": _named(people.language, LANGUAGES),
        "seen": pa.repeat(pa.scalar(STOP - 1, pa.int64()), many).cast(INSTANT),
        "revision": pa.repeat(pa.scalar(STOP - 1, pa.int64()), many),
        "weight": pa.repeat(pa.scalar(12, pa.int32()), many),
        "digest": keys.hash63(people.handle),
        "edition": pa.repeat(pa.scalar(0, pa.int32()), many),
        "source": pa.repeat(SOURCE, many),
    }
    return _fit(columns, ACCOUNTS, many)


def _bios(rng: np.random.Generator, laws: Laws, people: People) -> pa.Array:
    """Return bios: statements of subjects, and what suits each kind of account."""
    many = len(people.kind)
    theme, season = rng.integers(0, len(THEMES), many), rng.integers(0, 4, many)
    bios = pa.nulls(many, pa.string())
    for title, kinds in (("bio", (PERSON, SHILL)), ("organisation", (ORGANISATION,)), ("shill", (SPAMMER,))):
        said = speech().say(f"people.{title}", people.language, draw(rng, many), theme=theme, season=season)
        bios = pc.if_else(pa.array(np.isin(people.kind, kinds)), said, bios)
    robots = pa.array(people.kind == ROBOT)
    bios = pc.if_else(robots, "Sono un programma: pubblico un bollettino ogni due settimane.", bios)
    statements = pa.array([role.subject.statement for role in laws.roles]).take(_seen(people.subject))
    return pc.coalesce(statements, bios)


def interactions(people: People, wall: Lines, done: Acts) -> pa.Table:
    """Return likes and reposts, each once."""
    many = len(done.at)
    kind = pa.array(np.where(done.like, "like", "repost"))
    place = pa.array(PLACES).take(pa.array(people.place[done.actor]))
    parts = [kind, people.id.take(pa.array(done.actor)), wall.id.take(pa.array(done.post))]
    moment = pc.if_else(pa.array(done.like), "", pa.array(done.at).cast(pa.string()))
    columns: dict[str, object] = {
        "key": keys.keys(place, pc.binary_join_element_wise(*parts, moment, "\x1f")),
        "place": place,
        "kind": kind,
        "actor": people.key[done.actor],
        "at": pa.array(done.at).cast(INSTANT),
        "target": wall.key[done.post],
        "target_author": people.key[wall.author[done.post]],
        "source": pa.repeat(SOURCE, many),
        "month": months_of(done.at),
    }
    return _fit(columns, INTERACTIONS, many)


def observations(people: People, wall: Lines, counts: dict[str, Ints]) -> pa.Table:
    """Return how often each own post was liked, reposted, replied to and quoted, as seen at the end."""
    many = len(wall)
    places = pa.array(PLACES).take(pa.array(people.place[wall.author]))
    columns: dict[str, object] = {
        "key": keys.keys(places, pc.binary_join_element_wise(wall.id, str(STOP - 1), "\x1f")),
        "post": wall.key,
        "place": places,
        "seen": pa.repeat(pa.scalar(STOP - 1, pa.int64()), many).cast(INSTANT),
        "source": pa.repeat(SOURCE, many),
        "month": months_of(wall.at),
        **counts,
    }
    return _fit(columns, OBSERVATIONS, many)


def labels(people: People, laws: Laws, said: Lines) -> pa.Table:
    """Return what is truly known of each post."""
    columns: dict[str, object] = {
        "post": said.key,
        "author": people.key[said.author],
        "subject": _named(said.about, tuple(r.slug for r in laws.roles)),
        "polarity": _named(said.polarity, POLARITIES),
        "language": _named(said.language, LANGUAGES),
        "theme": _named(said.theme, THEMES),
        "stance": _named(said.stance, STANCES),
        "novelty": _named(said.novelty, NOVELTIES),
        "rehash_of": _seen(said.parent),
        "opportunity": _named(said.opportunity, OPPORTUNITIES),
        "answerable": said.answerable == 1,
        "sarcasm": said.sarcasm == 1,
        "crisis": said.crisis == 1,
        "month": months_of(said.at),
    }
    return _fit(columns, _LABELS, len(said))


def actors(people: People, laws: Laws) -> pa.Table:
    """Return what is truly known of each account: account, actor, automation, spam, clique, subject, circle."""
    organised = np.isin(people.kind, (ORGANISATION, ROBOT)) | _brands(laws, people)
    fake = np.isin(people.kind, (SPAMMER, SHILL))
    return pa.table(
        {
            "account": people.key,
            "actor": np.where(organised, "organisation", "person"),
            "automation": np.where(fake | (people.kind == ROBOT), "automated", "human"),
            "spam": np.where(fake, "spam", "genuine"),
            "clique": people.kind == SHILL,
            "subject": _named(people.subject, tuple(r.slug for r in laws.roles)),
            "circle": _seen(people.circle),
        }
    )


def _brands(laws: Laws, people: People) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    brand = np.array([role.subject.kind == "brand" for role in laws.roles])
    return np.asarray(np.where(people.subject >= 0, brand[np.maximum(people.subject, 0)], False))


def annotations(known: pa.Table, people: pa.Table) -> pa.Table:
    """Return true labels as if perfect models had given them, in the schema of annotations."""
    said = [
        _told(known, "polarity", known["polarity"], POLARITIES, subject=known["subject"]),
        _told(known, "language", known["language"], LANGUAGES),
        _told(known, "theme", known["theme"], THEMES),
        _told(known, "stance", known["stance"], STANCES),
        _told(known, "opportunity", known["opportunity"], OPPORTUNITIES),
        _newness(known),
    ]
    who = people.append_column("month", pa.repeat("undated", len(people))).rename_columns(
        ["post" if c == "account" else c for c in people.column_names] + ["month"]
    )
    said += [
        _told(who, "actor", who["actor"], ("person", "organisation")),
        _told(who, "automation", who["automation"], ("automated", "human")),
        _told(who, "spam", who["spam"], ("spam", "genuine")),
    ]
    return pa.concat_tables(said)


def _told(
    rows: pa.Table, enricher: str, label: pa.ChunkedArray, classes: tuple[str, ...], subject: object = None
) -> pa.Table:
    """Return the annotations of one enricher; rows without a label have none."""
    there = pc.is_valid(label)
    kept, label = rows.filter(there), label.filter(there).combine_chunks()
    sure = np.equal.outer(np.asarray(pc.index_in(label, pa.array(classes))), np.arange(len(classes)))
    offsets = pa.array(np.arange(len(label) + 1, dtype=np.int32) * len(classes))
    columns = {
        "about": kept["post"],
        "subject": kept["subject"] if subject is not None else pa.repeat("", len(kept)),
        "enricher": pa.repeat(enricher, len(kept)),
        "version": pa.repeat(f"{enricher}@truth", len(kept)),
        "label": label,
        "p": pa.ListArray.from_arrays(offsets, pa.array(sure.astype(np.float32).ravel())),
        "month": kept["month"],
    }
    return _flat(columns, len(kept))


def _newness(known: pa.Table) -> pa.Table:
    kept = known.filter(pc.is_valid(known["novelty"]))
    fresh = pc.equal(kept["novelty"], NOVELTIES[FRESH])
    columns = {
        "about": kept["post"],
        "subject": pa.repeat("", len(kept)),
        "enricher": pa.repeat("novelty", len(kept)),
        "version": pa.repeat("novelty@truth", len(kept)),
        "value": pc.if_else(fresh, 1.0, 0.0),
        "other": kept["rehash_of"],
        "month": kept["month"],
    }
    return _flat(columns, len(kept))


def _flat(columns: dict[str, pa.ChunkedArray | pa.Array], many: int) -> pa.Table:
    whole = {k: v.combine_chunks() if isinstance(v, pa.ChunkedArray) else v for k, v in columns.items()}
    return _fit(dict(whole), ANNOTATIONS, many)
