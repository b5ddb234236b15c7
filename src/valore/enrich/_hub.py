"""A classifier in the layout of model hubs: a folder with `config.json`, `tokenizer.json`, `model.onnx`.

Nothing is downloaded for a folder. A hub name (`owner/model`) is handed to `transformers`, where that is
installed; it fetches weights then, and no post leaves the machine. Code that comes with a model is never run,
weights are read from ONNX or safetensors only.
"""

import hashlib
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson

from valore.errors import N_, SettingsError

_LONGEST = 256
"""Pieces of a text that are read."""
_TOGETHER = 16
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "neg": "negative", "neu": "neutral", "pos": "positive",
        "very negative": "negative", "very positive": "positive", "mixed": "neutral",
        "1 star": "negative", "2 stars": "negative", "3 stars": "neutral", "4 stars": "positive", "5 stars": "positive",
        "irony": "ironic", "non irony": "literal", "not ironic": "literal", "non ironic": "literal",
    }
)  # fmt: skip
"""What common models call our classes."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A model and how its labels become our classes."""

    mark: str
    """`hub:NAME-` and eight digits of the checksum of its files."""
    share: Any
    """(labels, classes), 1 where a label counts for a class."""
    run: Any
    """Texts to logits (n, labels)."""

    def scores(self, texts: Sequence[str]) -> Any:
        """Return log-probabilities (n, classes); labels of one class are added up."""
        order = np.argsort([len(t) for t in texts], kind="stable")
        logits = np.empty((len(texts), len(self.share)))
        for first in range(0, len(order), _TOGETHER):
            rows = order[first : first + _TOGETHER]
            logits[rows] = self.run([texts[i] for i in rows])
        p = np.exp(logits - logits.max(axis=1, keepdims=True)) @ self.share
        return np.log((p / p.sum(axis=1, keepdims=True)).clip(1e-9))


def opened(place: str, classes: tuple[str, ...]) -> Hub:
    """Return the model in a folder, or of a hub name.

    Raises:
        SettingsError: a file or a package is missing, or its labels are not ours.
    """
    folder = Path(place).expanduser()
    if (folder / "model.onnx").is_file():
        return _from_folder(folder, classes)
    if folder.is_absolute() and not (folder / "config.json").is_file():
        raise SettingsError(N_("no model in {folder}: it needs model.onnx, tokenizer.json, config.json"), folder=place)
    return _from_transformers(place, classes)


def shares(names: Sequence[str], classes: tuple[str, ...], own: Mapping[str, str]) -> Any:
    """Return which label counts for which class, float64 (labels, classes).

    Args:
        names: Labels of the model, in its order.
        classes: Ours.
        own: Classes for labels as the user's `labels.json` has them.

    Raises:
        SettingsError: a label has no class, or a class no label.
    """
    said = [own.get(n) or _NAMES.get(_plain(n), _plain(n).replace(" ", "_")) for n in names]
    found = np.array([[c == s for c in classes] for s in said], float)
    if not (found.any(axis=1).all() and found.any(axis=0).all()):
        raise SettingsError(
            N_("the model's labels ({labels}) do not say {classes}; write labels.json beside it: label to class"),
            labels=", ".join(names),
            classes=", ".join(classes),
        )
    return found


def _from_folder(folder: Path, classes: tuple[str, ...]) -> Hub:
    config, own = _json(folder / "config.json"), folder / "labels.json"
    share = shares(_labels(config.get("id2label") or {}), classes, _json(own) if own.is_file() else {})
    cut = _needed("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
    cut.enable_truncation(min(_LONGEST, int(config.get("max_position_embeddings", _LONGEST + 2)) - 2))
    pad = int(config.get("pad_token_id") or 0)
    cut.enable_padding(pad_id=pad, pad_token=cut.id_to_token(pad) or "[PAD]")
    return Hub(f"hub:{folder.name}-{_checksum(folder)}", share, _OnnxRun(cut, _session(folder / "model.onnx")))


class _OnnxRun:
    def __init__(self, cut: Any, session: Any) -> None:
        self.cut, self.session = cut, session
        self.takes = {one.name for one in session.get_inputs()}

    def __call__(self, texts: Sequence[str]) -> Any:
        read = self.cut.encode_batch(list(texts))
        given = {"input_ids": [e.ids for e in read], "attention_mask": [e.attention_mask for e in read]}
        given["token_type_ids"] = [e.type_ids for e in read]
        fed = {name: np.array(rows, np.int64) for name, rows in given.items() if name in self.takes}
        return self.session.run(None, fed)[0]


def _from_transformers(place: str, classes: tuple[str, ...]) -> Hub:
    library, torch = _needed("transformers"), _needed("torch")
    cut = library.AutoTokenizer.from_pretrained(place, trust_remote_code=False)
    model = library.AutoModelForSequenceClassification.from_pretrained(
        place, trust_remote_code=False, use_safetensors=True
    ).eval()

    def run(texts: Sequence[str]) -> Any:
        with torch.no_grad():
            read = cut(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=_LONGEST)
            return model(**read).logits.float().numpy()

    config = model.config
    version = str(getattr(config, "_commit_hash", None) or "local")[:8]
    return Hub(f"hub:{place.strip('/')}-{version}", shares(_labels(config.id2label), classes, {}), run)


def _labels(said: Mapping[Any, str]) -> list[str]:
    return [label for _, label in sorted((int(number), label) for number, label in said.items())]


def _plain(label: str) -> str:
    return re.sub(r"[\W_]+", " ", label).strip().lower()


def _session(path: Path) -> Any:
    runtime = _needed("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _needed(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise SettingsError(N_("this model needs the package '{package}': install it first"), package=package) from None


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(orjson.loads(path.read_bytes()))
    except (OSError, ValueError):
        raise SettingsError(N_("{file} of the model is not there or cannot be read"), file=path.name) from None


def _checksum(folder: Path) -> str:
    sum_ = hashlib.sha256()
    for name in ("config.json", "tokenizer.json", "labels.json", "model.onnx"):
        if (folder / name).is_file():
            with (folder / name).open("rb") as opened_file:
                sum_.update(hashlib.file_digest(opened_file, "sha256").digest())
    return sum_.hexdigest()[:8]
