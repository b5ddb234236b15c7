"""Sentence vectors of the multilingual Universal Sentence Encoder, and their small form for keeping.

Source: Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL.
Sixteen languages; the same meaning in two of them lies close together.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _use
from valore.enrich._columns import column, once
from valore.enrich._text import words

WIDTH = 512
LANGUAGES = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))
"""ISO 639-1; Chinese in both scripts, which makes the sixteen."""
_LONGEST = 700
"""Characters encoded: about the length that the encoder was made for."""


def encode(texts: pa.Array) -> Any:
    """Return unit vectors of bare texts (see `words`), float32 (n, 512); each different text is encoded once."""
    return once(texts, _encode)


def vectors(batch: pa.RecordBatch) -> Any:
    """Return the vectors of the posts of a batch: its column `embedding` where it has one, else encoded."""
    kept = column(batch, "embedding", pa.binary())
    if len(kept) and not kept.null_count:
        return unpack(kept)
    return encode(words(batch.column("text")))


def pack(unit: Any) -> pa.Array:
    """Return each vector as a float32 scale and 512 int8 numbers, little-endian, 516 bytes."""
    scale = (np.abs(unit).max(axis=1, keepdims=True, initial=1e-9) / 127).astype("<f4")
    small = np.rint(unit / scale).astype(np.int8)
    both = np.concatenate([scale.view(np.uint8).reshape(len(unit), 4), small.view(np.uint8)], axis=1)
    offsets = np.arange(len(unit) + 1, dtype=np.int32) * (WIDTH + 4)
    return pa.Array.from_buffers(pa.binary(), len(unit), [None, pa.py_buffer(offsets), pa.py_buffer(both.tobytes())])


def unpack(packed: pa.Array) -> Any:
    """Return unit vectors, float32 (n, 512), of what `pack` made; zeros for null."""
    if isinstance(packed, pa.ChunkedArray):
        packed = packed.combine_chunks()
    present = np.flatnonzero(packed.is_valid().to_numpy(zero_copy_only=False))
    out = np.zeros((len(packed), WIDTH), np.float32)
    if len(present):
        joined = b"".join(packed.drop_null().to_pylist())
        raw = np.frombuffer(joined, np.uint8).reshape(len(present), WIDTH + 4)
        found = raw[:, 4:].view(np.int8) * raw[:, :4].copy().view("<f4")
        out[present] = found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-9)
    return out


def _encode(texts: pa.Array) -> Any:
    found = texts.to_pylist()
    if not found:
        return np.zeros((0, WIDTH), np.float32)
    return _use.encode([text[:_LONGEST] for text in found])


def pieces(texts: list[str]) -> Any:
    """Return in how many pieces of its vocabulary the encoder reads each text, int64 (n,)."""
    return np.array([len(one) - 2 for one in _use.pieces(texts)], np.int64)
