"""P9: near-duplicate signatures against `datasketch`; and how many posts a CPU second each enricher reads."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from datasketch import MinHash

from bench.goal import Goal, alternately, cpu
from valore.enrich import Over, enrichers
from valore.enrich._copies import BANDS, ROWS, SHINGLE, signatures

_REFERENCE = 2_000
"""Texts that the reference signs; its time is stretched to the rows asked for."""
_READ = 2_000
"""Texts that each enricher reads."""
_WORDS = [
    "carta",
    "luce",
    "lampada",
    "Torino",
    "mostra",
    "carattere",
    "scrivania",
    "prezzo",
    "consegna",
    "ritardo",
    "bella",
    "pessima",
    "nuova",
    "domani",
    "secondo",
    "chi",
    "perché",
    "apre",
    "riciclata",
    "inchiostro",
    "contrasto",
    "telefono",
    "negozio",
    "catalogo",
    "laboratorio",
    "ottima",
    "rotta",
]


_SYLLABLES = [
    "ba",
    "co",
    "di",
    "fe",
    "gu",
    "la",
    "me",
    "no",
    "pi",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "lan",
    "tor",
    "gre",
    "sti",
]


def run(scale: int) -> Iterator[Goal]:
    """Yield P9, then one informational line for each enricher (its bound is 0)."""
    texts = _texts(scale)
    few = texts.slice(0, _REFERENCE).to_pylist()
    values = BANDS * ROWS
    ours, theirs = alternately(lambda: signatures(texts, values), lambda: _reference(few, values))
    theirs *= scale / len(few)
    what = f"near-duplicate signatures, {values} values of {SHINGLE}-letter groups, against datasketch"
    yield Goal("P9", what, scale, ours, theirs, theirs / ours, 40.0, at_least=True)
    yield from _speeds(texts.slice(0, _READ))


def _reference(texts: list[str], values: int) -> None:
    for text in texts:
        signed = MinHash(num_perm=values, seed=1)
        signed.update_batch([text[i : i + SHINGLE].encode() for i in range(len(text) - SHINGLE + 1)])


def _speeds(texts: pa.Array) -> Iterator[Goal]:
    n = len(texts)
    inputs = {
        Over.POSTS: pa.record_batch({"text": texts, "language": ["it"] * n}),
        Over.PAIRS: pa.record_batch({"text": texts, "other": texts.take(pa.array(np.arange(n)[::-1]))}),
        Over.ACCOUNTS: pa.record_batch({"name": texts.cast(pa.string()), "bio": texts, "followers": ["12"] * n}),
    }
    for name, enricher in enrichers().items():
        batch = inputs[enricher.over]
        enricher.enrich(batch.slice(0, 8))
        start = cpu()
        enricher.enrich(batch)
        spent = max(cpu() - start, 1e-6)
        yield Goal(
            f"E:{name}"[:12],
            "rows a CPU second",
            n,
            spent,
            n / spent,
            n / spent,
            0.0,
            at_least=True,
            unit="CPU s, rows/s",
        )


def _texts(n: int) -> pa.Array:
    """Return invented posts of 6 to 18 words, few of them frequent, the same for the same number."""
    rng = np.random.default_rng(9)
    lengths = rng.integers(6, 19, n)
    known = np.array(["".join(s) for s in np.array(_SYLLABLES)[rng.integers(0, len(_SYLLABLES), (5000, 3))]])
    known = np.concatenate([_WORDS, known])
    drawn = known[(len(known) ** rng.random(lengths.sum())).astype(int) - 1]
    return pa.array([" ".join(words) for words in np.split(drawn, np.cumsum(lengths)[:-1])])
