"""What a post adds to what was said before it: distance from the nearest prior statement.

Source: nearest-neighbour novelty as in metrics.md §2; resonance of novelty after Barron et al. (2018).
"""

import re
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from valore.enrich import Over
from valore.enrich._columns import column, keys_of
from valore.enrich._copies import plain
from valore.enrich._sentences import encode, vectors
from valore.enrich._statements import Statements, statements, worded
from valore.enrich._text import words

_NEAR = 5
"""Nearest prior statements by meaning whose words are compared too."""
APART = 0.1
"""How much further the same meaning lies in another language (measured on translated pairs)."""
_DIGITS = 5
"""Decimals kept: those that do not depend on which rows stood in one multiplication."""
_CELLS = 2**25
"""Similarities held at once: memory stays bounded whatever the number of statements."""


class Novelty:
    """1 minus the similarity of the nearest prior statement, mean over the statements by their letters.

    Similarity is the larger of the cosine of sentence vectors (across languages) and the overlap of
    words. Rows must stand in the order of time; a statement is compared with those of earlier rows
    only. A word-for-word rehash is exactly 0; the first row is 1. Null: no text, or no words.
    """

    name = "novelty"
    version = "novelty@1"
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
        nearest = _nearest(said, _unit(said, bare, batch), column(batch, "language"))
        value, other = _by_post(said, nearest, batch.num_rows)
        rows = pa.array(other, mask=other < 0)
        columns = [pa.array(value, mask=np.isnan(value)), keys_of(batch).take(rows)]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


class _Nearest(NamedTuple):
    similarity: Any
    """Of each statement to its nearest prior one, in [0, 1]; 0 where there is none."""
    post: Any
    """Row of that one's post, -1 where there is none."""


def _unit(said: Statements, bare: pa.Array, batch: pa.RecordBatch) -> Any:
    """Return vectors of the statements; a post of one statement lends its own where it has one."""
    whole = bare.take(pa.array(said.post)).to_pylist()
    same = np.array([a == b for a, b in zip(whole, said.text.to_pylist(), strict=True)], bool)
    out = np.zeros((len(said.post), 512), np.float32)
    if same.any():
        out[same] = vectors(batch.take(pa.array(said.post[same])))
    out[~same] = encode(said.text.filter(pa.array(~same)))
    return out


def _nearest(said: Statements, unit: Any, language: pa.Array) -> _Nearest:
    spoken = language.fill_null("und").dictionary_encode().indices.to_numpy(zero_copy_only=False)[said.post]
    exact = _first_said(said)
    sets = [frozenset(re.findall(r"\w{3,}", t)) for t in plain(said.text).to_pylist()]
    best = _Nearest(np.zeros(len(unit)), np.full(len(unit), -1, np.int64))
    step = max(1, min(1024, _CELLS // max(len(unit), 1)))
    for start in range(0, len(unit), step):
        rows = np.arange(start, min(start + step, len(unit)))
        alike = _alike(unit, said.post, spoken, rows)
        for row, near in zip(rows, alike, strict=True):
            _settle(best, int(row), near, sets, said.post)
    copied = exact >= 0
    best.similarity[copied], best.post[copied] = 1.0, exact[copied]
    return best


def _alike(unit: Any, post: Any, spoken: Any, rows: Any) -> Any:
    """Return cosines of `rows` to all statements up to them, -1 for those that are not prior."""
    until = rows[-1] + 1
    found = unit[rows] @ unit[:until].T
    found += APART * (spoken[rows][:, None] != spoken[None, :until])
    found[post[None, :until] >= post[rows][:, None]] = -1
    return found


def _settle(best: _Nearest, row: int, near: Any, sets: list[frozenset[str]], post: Any) -> None:
    """Keep the nearest of the few nearest by meaning, by meaning or by words."""
    few = np.argpartition(-near, min(_NEAR, len(near) - 1))[:_NEAR]
    few = few[near[few] > -1]
    if not len(few):
        return
    shared = [_shared(sets[row], sets[i]) for i in few]
    both = np.maximum(near[few], shared).clip(0, 1)
    best.similarity[row], best.post[row] = both.max(), post[few[both.argmax()]]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the overlap of two sets of words, Jaccard; 0 where one is empty."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _first_said(said: Statements) -> Any:
    """Return the first earlier post that says a statement in the very same words, -1 for none."""
    code = plain(said.text).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = np.full(code.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, code, said.post)
    return np.where(first[code] < said.post, first[code], -1)


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
