"""What a post adds to what was said before it: distance from the nearest prior statement.

Source: nearest-neighbour novelty as in metrics.md §2; resonance of novelty after Barron et al. (2018).
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _prior
from valore.enrich._columns import column, keys_of
from valore.enrich._copies import plain
from valore.enrich._sentences import WIDTH, encode, vectors
from valore.enrich._statements import Statements, statements, worded
from valore.enrich._text import words

APART = 0.1
"""How much further the same meaning lies in another language (measured on translated pairs)."""
_DIGITS = 5
"""Decimals kept."""
_TEXTS = 8192
"""Statements encoded at once, and pairs whose words are compared at once."""
_LETTERS = 3
"""Least letters of a word that is compared."""


class Novelty:
    """1 minus the similarity of the nearest prior statement, mean over the statements by their letters.

    Similarity is the larger of the cosine of sentence vectors (across languages) and the overlap of
    words. Rows must stand in the order of time; a statement is compared with those of earlier rows
    only. A word-for-word rehash is exactly 0; the first row is 1. Null: no text, or no words.
    """

    name = "novelty"
    version = "novelty@2"
    over = Over.POSTS
    requires = ("text",)
    provides = pa.schema([pa.field("novelty", pa.float64()), pa.field("novelty_other", pa.int64())])
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = None
    whole = True

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return `novelty` in [0, 1] and `novelty_other`, the row that says most nearly the same.

        `novelty_other` is the `key` of that row, or its number where there are no keys. Uses
        columns `language` and `embedding` where there are.
        """
        bare = words(batch.column("text"))
        said = statements(bare)
        told = worded(said.text)
        said = Statements(said.text.filter(pa.array(told)), said.post[told], said.letters[told])
        value, other = _by_post(said, _nearest(said, bare, batch), batch.num_rows)
        rows = pa.array(other, mask=other < 0)
        columns = [pa.array(value, mask=np.isnan(value)), keys_of(batch).take(rows)]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


class _Nearest(NamedTuple):
    similarity: Any
    """Of each statement to its nearest prior one, in [0, 1]; 0 where there is none."""
    post: Any
    """Row of that one's post, -1 where there is none."""


def _nearest(said: Statements, bare: pa.Array, batch: pa.RecordBatch) -> _Nearest:
    """Return the nearest prior of each statement: the first in the very same words, or else by meaning and words."""
    spelled = plain(said.text)
    first = _first_said(spelled, said.post)
    best = _Nearest(np.where(first >= 0, 1.0, 0.0), first)
    new = np.flatnonzero(first < 0)
    if len(new):
        few = Statements(said.text.take(pa.array(new)), said.post[new], said.letters[new])
        best.similarity[new], best.post[new] = _like(few, spelled.take(pa.array(new)), bare, batch)
    return best


def _like(said: Statements, spelled: pa.Array, bare: pa.Array, batch: pa.RecordBatch) -> tuple[Any, Any]:
    """Return similarity and post of the nearest prior of statements that differ."""
    spoken = column(batch, "language").fill_null("und").dictionary_encode().indices
    spoken = spoken.to_numpy(zero_copy_only=False)[said.post]
    near, alike = _prior.nearest(_prior.vectors(_codes(said, bare, batch)), said.post, spoken, APART)
    both = np.maximum(alike, _shared(spelled, near)).clip(0, 1)
    at = (np.arange(len(near)), both.argmax(axis=1))
    return np.where(near[at] < 0, 0.0, both[at]), np.where(near[at] < 0, -1, said.post[near[at]])


def _codes(said: Statements, bare: pa.Array, batch: pa.RecordBatch) -> Any:
    """Return int8 vectors of the statements; a post of one statement lends its own where it has one."""
    same = pc.equal(bare.take(pa.array(said.post)), said.text).to_numpy(zero_copy_only=False)
    out = np.zeros((len(said.post), WIDTH), np.int8)
    for lent in (True, False):
        where = np.flatnonzero(same == lent)
        for rows in (where[at : at + _TEXTS] for at in range(0, len(where), _TEXTS)):
            here = pa.array(rows)
            unit = vectors(batch.take(pa.array(said.post[rows]))) if lent else encode(said.text.take(here))
            out[rows] = _prior.small(unit)
    return out


def _shared(spelled: pa.Array, near: Any) -> Any:
    """Return the overlap of words (Jaccard) of each row with each row of `near`; 0 where that is -1."""
    coded = _worded(spelled)
    starts = np.searchsorted(coded >> 32, np.arange(len(spelled) + 1))
    row, place = np.nonzero(near >= 0)
    out = np.zeros(near.shape)
    for at in range(0, len(row), _TEXTS):
        one, k = row[at : at + _TEXTS], place[at : at + _TEXTS]
        out[one, k] = _overlap(coded, starts, one, near[one, k])
    return out


def _worded(spelled: pa.Array) -> Any:
    """Return the different words of texts as `row << 32 | number of the word`, int64, in order."""
    split = pc.split_pattern(spelled, " ")
    row, word = pc.list_parent_indices(split), pc.list_flatten(split)
    kept = pc.greater_equal(pc.utf8_length(word), _LETTERS)
    number = word.filter(kept).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return np.unique((row.filter(kept).to_numpy(zero_copy_only=False).astype(np.int64) << 32) | number)


def _overlap(coded: Any, starts: Any, one: Any, other: Any) -> Any:
    here, there = (_paired(coded, starts, rows) for rows in (one, other))
    both = np.intersect1d(here, there, assume_unique=True) >> 32
    shared = np.bincount(both, minlength=len(one))
    sizes = sum(starts[rows + 1] - starts[rows] for rows in (one, other))
    return shared / np.maximum(sizes - shared, 1)


def _paired(coded: Any, starts: Any, rows: Any) -> Any:
    """Return the words of `rows[i]`, each with the number `i` in its upper half."""
    lengths = starts[rows + 1] - starts[rows]
    pair = np.repeat(np.arange(len(rows)), lengths)
    inner = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return (pair << 32) | (coded[starts[rows][pair] + inner] & 0xFFFFFFFF)


def _first_said(spelled: pa.Array, post: Any) -> Any:
    """Return the first earlier post that says a statement in the very same words, -1 for none."""
    code = spelled.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = np.full(code.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, code, post)
    return np.where(first[code] < post, first[code], -1)


def _by_post(said: Statements, nearest: _Nearest, n: int) -> tuple[Any, Any]:
    """Return novelty of each post (NaN without statements) and the post nearest to one of its statements (-1)."""
    weight = np.bincount(said.post, said.letters, n)
    gained = np.bincount(said.post, said.letters * (1 - nearest.similarity), n)
    value = np.where(weight > 0, gained / np.maximum(weight, 1), np.nan).round(_DIGITS)
    other = np.full(n, -1, np.int64)
    order = np.argsort(nearest.similarity, kind="stable")
    other[said.post[order]] = nearest.post[order]
    return value, other


PLUGIN = Novelty()
