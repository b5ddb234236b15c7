"""The fine-tuned encoder behind `polarity`: base weights out of a package, plus a shipped difference of low rank.

Source of the difference's shape: Hu et al. (2022), LoRA, ICLR; here it is cut out of a full fine-tuning.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from valore.enrich import _artefacts, _e5
from valore.enrich._runtime import session, small

ARTEFACT = "polarity_deep"
_TOGETHER = 16
"""Texts that go through at once, sorted by length so that little is padded."""


def scores(texts: Sequence[str]) -> Any:
    """Return scores of classes before the softmax, float32 (n, classes), one row for each bare text."""
    kept = _artefacts.load(ARTEFACT)
    head = kept["head.w"].astype(np.float32), kept["head.b"].astype(np.float32)
    return vectors(_session(), texts) @ head[0].T + head[1]


def vectors(run: Any, texts: Sequence[str]) -> Any:
    """Return mean vectors of texts (n, 384) by a session of the graph `e5`."""
    cut = _e5.pieces(texts)
    found = np.empty((len(cut), _e5.WIDTH), np.float32)
    order = np.argsort([len(one) for one in cut], kind="stable")
    for first in range(0, len(order), _TOGETHER):
        rows = order[first : first + _TOGETHER]
        words, mask = padded([cut[i] for i in rows])
        found[rows] = run.run(None, {"words": words, "mask": mask.astype(np.int32)})[0]
    return found


def padded(cut: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Return word vectors (n, length, 384) and where a piece stands (n, length)."""
    length = max(map(len, cut))
    numbers = np.full((len(cut), length), _e5.PAD)
    for row, one in zip(numbers, cut, strict=True):
        row[: len(one)] = one
    known, at = np.unique(numbers, return_inverse=True)
    return _e5.weights().words(known)[at.reshape(numbers.shape)], numbers != _e5.PAD


def base() -> dict[str, Any]:
    """Return the encoder's arrays by name, float32: a matrix is (outputs, inputs); no word vectors."""
    found = _e5.weights()
    plain = {k: np.array(v) for k, v in found.plain.items() if k not in ("emb.pos", "emb.type")}
    places = np.array(found.plain["emb.pos"]).reshape(-1, _e5.WIDTH)[: _e5.LONGEST + 2]
    places = places + found.plain["emb.type"][: _e5.WIDTH]
    return {**plain, "emb.pos": places, **{k: found.matrix(k) for k in found.blocks if k != "emb.word"}}


def merged(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return base and difference added up, by name."""
    found = base()
    for name, array in found.items():
        if f"{name}.up" in kept:
            found[name] = array + kept[f"{name}.up"].astype(np.float32) @ kept[f"{name}.down"].astype(np.float32)
        elif name in kept:
            found[name] = array + kept[name].astype(np.float32)
    return found


def arrays(found: Mapping[str, Any], sizes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the graph wants.

    Columns of a layer's inputs are brought to like size, and its weights take the inverse, so that eight
    bits are enough for both. Source: Xiao et al. (2023), SmoothQuant, ICML.

    Args:
        found: The encoder's arrays.
        sizes: Largest absolute value of each column of a layer's inputs, (inputs,), by the layer's name.
    """
    made = {k: v for k, v in found.items() if k.startswith("emb.") or "ln." in k}
    for i in range(_e5.LAYERS):
        at = {part: (found[f"l{i}.{part}.w"].T, found[f"l{i}.{part}.b"]) for part in ("q", "k", "v", "ao", "fi", "fo")}
        weight, even, step = _evened(f"l{i}.ao", at["ao"][0], sizes)
        made |= small(f"l{i}.ao", weight, at["ao"][1], step)
        joined = [np.concatenate([at["q"][j], at["k"][j], at["v"][j] * even], axis=-1) for j in range(2)]
        for name, (inner, bias) in ((f"l{i}.qkv", joined), (f"l{i}.fi", at["fi"])):
            weight, even, step = _evened(name, inner, sizes)
            made |= {f"{name}.m": even.astype(np.float32), **small(name, weight, bias, step)}
        made |= small(f"l{i}.fo", *at["fo"])
    return made


def _evened(name: str, weight: Any, sizes: Mapping[str, Any]) -> tuple[Any, Any, float]:
    """Return weights, what the inputs' columns are multiplied with, and the step of the inputs then."""
    size = np.asarray(sizes[name], np.float32).clip(1e-6)
    factor = np.sqrt(size / np.abs(weight).max(axis=1).clip(1e-6))
    factor /= np.exp(np.log(factor).mean())
    return weight * factor[:, None], 1 / factor, float((size / factor).max() / 127)


def opened(kept: Mapping[str, Any]) -> Any:
    """Return a session of the encoder with a difference added."""
    sizes = {k.removesuffix(".size"): v for k, v in kept.items() if k.endswith(".size")}
    return session(_artefacts.load("encoders")["e5_graph"].tobytes(), arrays(merged(kept), sizes))


@cache
def _session() -> Any:
    return opened(_artefacts.load(ARTEFACT))
