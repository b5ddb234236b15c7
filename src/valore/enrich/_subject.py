"""What `reputation`, `relevance` and `priority` share: a post read for a subject, and the model that reads it.

A batch says whom each row is about in `subject`, and may say more of it in `subject_aliases` (names
separated by "; "), `subject_homepage` (words of its homepage) and `subject_category`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts
from valore.enrich._classes import answer, softmax
from valore.enrich._columns import column
from valore.enrich._languages import codes, known
from valore.enrich._sentences import encode, vectors
from valore.enrich._text import LONGEST, words
from valore.enrich._words import BUCKETS, grams, large, spoken

LANGUAGES = frozenset(("de", "en", "es", "fr", "it", "pt"))
MASK = "subjectname"
"""What the models read where a name of the subject stood."""
SIGNS = (
    "full name",
    "name in a hashtag",
    "name in a mention",
    "only part of the name",
    "not named",
    "name in an address",
    "name in lower case",
    "name in capitals",
    "a capitalised word after the name",
    "a capitalised word before the name",
    "part of a longer handle",
    "named twice or more",
    "named at the start",
    "repost",
    "starts with a mention",
    "has an address",
    "length",
    "words in capitals",
    "a longer name",
    "exclamation or question",
    "figures",
    "first person",
)
"""Of `Read.signs`, in order."""
_NAMING = 5
"""Of SIGNS, those that say how the subject is named; they are also read with the nearness in meaning."""
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        "the of and a an de la el il lo le les di der die das new inc plc ltd sa spa group company corporation motor "
        "motors cars university bank banco financial services holding international llc aktiengesellschaft automobil "
        "institute band singer entertainer music ag grupo universidad automóviles college school association "
        "foundation studio studios agency team official",
    )
)
"""Words of names that name nobody alone."""
_LEAST = 3
"""Letters of a word that may stand for a whole name."""
_KINDS = (
    "automotive car cars auto automobili motori vehicles",
    "banking bank banks banca banche finance finanza",
    "university education università universita school college",
    "music artist artista musica musician band singer cantante",
)
"""Categories that the training knows, by the words they are told with."""
_NEAR, _FAR = 4.0, 60.0
"""Scales at which the heads read a cosine or a vector, and the product of two vectors."""
_FIRST = re.compile(r"(?i)\b(i|i'm|my|me|we|our|yo|mi|me|mis|io|mio|mia|je|mon|ma|ich|mein|eu|meu|minha)\b")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")


class Read(NamedTuple):
    """Posts as the models read them."""

    bare: list[str]
    """Without addresses and other people's handles; names masked."""
    signs: Any
    """(n, len(SIGNS)) float32."""
    about: Any
    """Unit vectors of what is known of the subject, float32 (n, 512)."""
    kind: Any
    """(n, 5) float32: one of the known categories, and whether words of a homepage are there."""


class Names(NamedTuple):
    """The patterns of one subject."""

    full: re.Pattern[str]
    part: re.Pattern[str]
    long: re.Pattern[str]
    inside: re.Pattern[str]
    """Handles that hold a word of the name and more."""


class Scored(NamedTuple):
    """The rows of a batch that could be read, and what the model says of them."""

    rows: Any
    """Their numbers."""
    read: Read
    p: Any
    """Calibrated probabilities (rows, classes)."""


def answered(enricher: Any, batch: pa.RecordBatch, sure: float, *, signs: bool) -> pa.RecordBatch:
    """Return the columns of an enricher about a subject; null where there is no subject.

    Args:
        enricher: With `name`, `classes` and `provides`.
        batch: With `text`, `language` and `subject`.
        sure: Least probability of the likeliest class; below it the label is `undecided`.
        signs: Whether the reasons tell where the names stand, before the words that spoke.
    """
    found, n = scored(enricher.name, batch), batch.num_rows
    p = np.full((n, len(enricher.classes)), 1 / len(enricher.classes))
    p[found.rows] = found.p
    reasons = np.full(n, None, dtype=object)
    reasons[found.rows] = _reasons(enricher.name, found, signs=signs)
    able = np.isin(np.arange(n), found.rows)
    return answer(enricher.provides, enricher.classes, p, able, p.max(axis=1) >= sure, pa.array(reasons, pa.string()))


def scored(name: str, batch: pa.RecordBatch) -> Scored:
    """Return probabilities for the rows with a letter, a subject, and a language of `LANGUAGES`."""
    rows = readable(batch)
    chosen, model = batch.take(pa.array(rows)), _artefacts.load(name)
    if not len(rows):
        return Scored(rows, read(chosen), np.zeros((0, len(model["shift"]))))
    seen = read(chosen)
    trained = pc.is_in(codes(column(chosen, "language")), value_set=pa.array(model["trained"].tolist()))
    said = logs(model, seen, vectors(chosen), trained.to_numpy(zero_copy_only=False))
    return Scored(rows, seen, probabilities(model, said))


def readable(batch: pa.RecordBatch) -> Any:
    """Return the numbers of the rows with a letter, a subject, and a language of `LANGUAGES`."""
    filled = _filled(batch, "text", r"\pL") & _filled(batch, "subject", r"[\pL\pN]")
    return np.flatnonzero(known(batch, LANGUAGES) & filled)


def read(batch: pa.RecordBatch) -> Read:
    """Return what the models read of a batch with `text` and `subject`."""
    texts = [(t or "")[:LONGEST] for t in column(batch, "text").to_pylist()]
    told = zip(column(batch, "subject").to_pylist(), column(batch, "subject_aliases").to_pylist(), strict=True)
    names = [_names(s or "", a or "") for s, a in told]
    masked = [mask(t, n) for t, n in zip(texts, names, strict=True)]
    signs = np.array([_signs(t, n) for t, n in zip(texts, names, strict=True)], np.float32)
    bare = words(pa.array(masked, pa.string())).to_pylist()
    return Read(bare, signs.reshape(-1, len(SIGNS)), _about(batch), _kinds(batch))


def mask(text: str, names: Names) -> str:
    """Return a text with each name of the subject, also in hashtags and handles, as `MASK`."""
    return names.part.sub(f" {MASK} ", names.full.sub(f" {MASK} ", text))


def features(read: Read, unit: Any) -> tuple[Any, Any]:
    """Return what the two kinds of head read: signs and nearness; and with them the meaning, float32."""
    cosine = np.einsum("nd,nd->n", unit, read.about)[:, None] * _NEAR
    near = np.hstack([read.signs, cosine, cosine * read.signs[:, :_NAMING], read.kind])
    return near, np.hstack([near, unit * _NEAR, unit * read.about * _FAR])


def logs(model: Mapping[str, Any], read: Read, unit: Any, trained: Any) -> Any:
    """Return what each part of a model says, weighed log-probabilities (3, n, classes): signs, meaning, words.

    Args:
        model: The arrays of an artefact.
        read: Of the posts.
        unit: Their vectors.
        trained: (n,) booleans: whether the words of a post's language were in the training.
    """
    near, far = features(read, unit)
    by_word = np.asarray(grams(read.bare) @ large(model).astype(np.float32)) + model["gram_bias"]
    said = [_heads(model, "near", near), _heads(model, "far", far), np.log(softmax(by_word.astype(float)).clip(1e-9))]
    shares = np.where(trained[:, None], *model["shares"])
    return np.stack(said) * shares.T[:, :, None]


def probabilities(model: Mapping[str, Any], said: Any) -> Any:
    """Return calibrated probabilities (n, classes) of what `logs` gives."""
    return softmax(said.sum(axis=0) / float(model["temperature"]) + model["shift"])


def _heads(model: Mapping[str, Any], name: str, read: Any) -> Any:
    """Return the mean log-probabilities of the heads called `name`, (n, classes)."""
    hidden = np.einsum("nd,kdh->knh", read, model[f"{name}_w1"].astype(np.float32), optimize=True)
    hidden = np.maximum(hidden + model[f"{name}_b1"][:, None], 0)
    raw = np.einsum("knh,khc->knc", hidden, model[f"{name}_w2"].astype(np.float32), optimize=True)
    raw = (raw + model[f"{name}_b2"][:, None]).astype(float)
    return np.mean([np.log(softmax(r).clip(1e-9)) for r in raw], axis=0)


def _about(batch: pa.RecordBatch) -> Any:
    kept = ("subject", "subject_aliases", "subject_category", "subject_homepage")
    parts = zip(*(column(batch, name).to_pylist() for name in kept), strict=True)
    return encode(pa.array([". ".join(p for p in row if p) for row in parts], pa.string()))


def _kinds(batch: pa.RecordBatch) -> Any:
    told = [set(re.findall(r"\w+", (c or "").lower())) for c in column(batch, "subject_category").to_pylist()]
    found = [[bool(t & set(kind.split())) for kind in _KINDS] for t in told]
    home = _filled(batch, "subject_homepage", r"\pL")
    return np.hstack([np.array(found, np.float32).reshape(-1, len(_KINDS)), home[:, None]]).astype(np.float32)


def _filled(batch: pa.RecordBatch, name: str, pattern: str) -> Any:
    found = pc.match_substring_regex(pc.fill_null(column(batch, name), ""), pattern)
    return found.to_numpy(zero_copy_only=False)


@cache
def _names(subject: str, aliases: str) -> Names:
    names = [n.strip() for n in (subject, *aliases.split(";")) if n.strip()]
    single = {w for n in names for w in re.findall(r"[^\W_]+", n.lower()) if len(w) >= _LEAST and w not in _PLAIN}
    some = "|".join(sorted(single)) or r"(?!)"
    return Names(
        _any([_spelled(n) for n in names]),
        _any(sorted(single)),
        _any([_spelled(n) for n in names if len(n.split()) > 1]),
        re.compile(rf"(?i)@(?:\w+(?:{some})\w*|(?:{some})\w+)"),
    )


def _spelled(name: str) -> str:
    """Return a pattern of a name with its words apart, joined, or with signs between them."""
    return r"[\W_]{0,3}".join(re.findall(r"[^\W_]+", name)) or r"(?!)"


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    ordered = sorted(set(patterns), key=lambda p: (-len(p), p)) or [r"(?!)"]
    return re.compile(rf"(?i)[#@]?(?<!\w)(?:{'|'.join(ordered)})(?!\w)")


def _signs(text: str, names: Names) -> list[float]:
    plain = _ADDRESS.sub(" ", text)
    whole = list(names.full.finditer(plain))
    hits = whole or list(names.part.finditer(plain))
    named = [bool(whole), *_said(hits), bool(hits) and not whole, not hits]
    named.append(not hits and names.full.search(text) is not None)
    return [*named, *_beside(plain, hits, names), *_surface(text, plain, names)]


def _said(hits: Sequence[re.Match[str]]) -> list[bool]:
    return [any(m.group().startswith(mark) for m in hits) for mark in "#@"]


def _beside(plain: str, hits: Sequence[re.Match[str]], names: Names) -> list[bool]:
    said = [m.group() for m in hits]
    return [
        any(s.islower() for s in said),
        any(s.isupper() and len(s) > 1 for s in said),
        any(re.match(r"\s+[A-Z][a-z]+", plain[m.end() : m.end() + 30]) for m in hits),
        any(re.search(r"[A-Z][a-z]+\s+$", plain[max(m.start() - 30, 0) : m.start()]) for m in hits),
        names.inside.search(plain) is not None,
        len(hits) > 1,
        bool(hits) and hits[0].start() < _LEAST,
    ]


def _surface(text: str, plain: str, names: Names) -> list[float]:
    return [
        re.match(r"\s*RT\b", text) is not None,
        text.startswith("@"),
        "http" in text,
        min(len(text), 280) / 140,
        min(len(re.findall(r"\b[A-Z]{2,}\b", plain)), 5) / 5,
        names.long.search(plain) is not None,
        "!" in text or "?" in text,
        re.search(r"\d", plain) is not None,
        _FIRST.search(plain) is not None,
    ]


def _reasons(name: str, found: Scored, *, signs: bool) -> list[str | None]:
    """Return where the names stand and which words spoke, `a, b`; None where nothing spoke clearly."""
    told = spoken(found.read.bare, large(_artefacts.load(name))[:BUCKETS], found.p.argmax(axis=1)).to_pylist()
    said = [[w for w in (t or "").split(", ") if w and w != MASK] for t in told]
    where = [[_where(row)] if signs else [] for row in found.read.signs]
    return [", ".join([*w, *s]) or None for w, s in zip(where, said, strict=True)]


def _where(signs: Any) -> str:
    seen = dict(zip(SIGNS, signs > 0, strict=True))
    if seen["not named"]:
        inside = seen["part of a longer handle"]
        return "names the subject only inside another handle" if inside else "does not name the subject"
    if seen["only part of the name"]:
        return "names the subject only in part"
    if seen["a capitalised word after the name"] and not seen["a longer name"]:
        return "names the subject, perhaps only as part of a longer phrase"
    return "names the subject"
