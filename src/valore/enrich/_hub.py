"""A classifier in the layout of model hubs: a folder with `config.json`, `tokenizer.json`, `model.onnx`.

A folder with `model.safetensors` instead is handed to `transformers`, where that is installed, and so is a hub
name (`owner/model`), whose weights it fetches then. Nothing is downloaded for a folder, no post leaves the
machine, code that comes with a model is never run, weights are read from ONNX or safetensors only.
"""

import hashlib
import importlib
import inspect
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
    if (folder / "config.json").is_file():
        return _from_transformers(str(folder), f"{folder.resolve().name}-{_checksum(folder)}", classes, _own(folder))
    if folder.is_absolute() or folder.is_dir():
        raise SettingsError(N_("no model in {folder}: it needs model.onnx, tokenizer.json, config.json"), folder=place)
    return _from_transformers(place.strip("/"), "", classes, {})


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
    config = _json(folder / "config.json")
    share = shares(_labels(config.get("id2label") or {}), classes, _own(folder))
    cut = _needed("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
    cut.enable_truncation(_longest(config.get("max_position_embeddings")))
    pad = int(config.get("pad_token_id") or 0)
    cut.enable_padding(pad_id=pad, pad_token=cut.id_to_token(pad) or "[PAD]")
    run = _OnnxRun(cut, _session(folder / "model.onnx"))
    return Hub(f"hub:{folder.resolve().name}-{_checksum(folder)}", share, run)


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


def _from_transformers(place: str, mark: str, classes: tuple[str, ...], own: Mapping[str, str]) -> Hub:
    """Return a model that `transformers` reads; `mark` is empty for a hub name, whose files are fetched."""
    library, torch = _needed("transformers"), _needed("torch")
    library.utils.logging.disable_progress_bar()
    asked = {"trust_remote_code": False, "local_files_only": bool(mark)}
    try:
        cut = library.AutoTokenizer.from_pretrained(place, **asked)
        model = library.AutoModelForSequenceClassification.from_pretrained(place, use_safetensors=True, **asked).eval()
        run = _TorchRun(cut, model, torch)
        run(["a", "a " * _LONGEST])  # what cannot read a short text beside a long one is no model for posts
    except Exception as broken:  # noqa: BLE001 - whatever is wrong with files of others, it is the setting that is wrong
        why = next(iter(str(broken).splitlines()), "") or type(broken).__name__
        raise SettingsError(N_("'{place}' cannot be used as a model: {why}"), place=place, why=why) from None
    version = str(getattr(model.config, "_commit_hash", None) or "unversioned")[:8]
    return Hub(f"hub:{mark or f'{place}-{version}'}", shares(_labels(model.config.id2label), classes, own), run)


class _TorchRun:
    def __init__(self, cut: Any, model: Any, torch: Any) -> None:
        self.cut, self.model, self.torch = cut, model, torch
        self.takes = set(inspect.signature(model.forward).parameters)
        self.longest = _longest(getattr(model.config, "max_position_embeddings", None))

    def __call__(self, texts: Sequence[str]) -> Any:
        read = self.cut(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=self.longest)
        with self.torch.no_grad():
            return self.model(**{k: v for k, v in read.items() if k in self.takes}).logits.float().numpy()


def _longest(positions: Any) -> int:
    """Return how many pieces of a text a model takes; some count two places more than they can use."""
    given = int(positions or 0) - 2
    return min(_LONGEST, given) if given > 0 else _LONGEST


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


def _own(folder: Path) -> dict[str, str]:
    """Return the classes that the user has given to labels; empty where there is no `labels.json`."""
    written = folder / "labels.json"
    return _json(written) if written.is_file() else {}


def _checksum(folder: Path) -> str:
    sum_ = hashlib.sha256()
    named = ("config.json", "tokenizer.json", "labels.json", "model.onnx")
    weights = () if (folder / "model.onnx").is_file() else sorted(folder.glob("*.safetensors"))
    for path in (*(folder / name for name in named), *weights):
        if path.is_file():
            with path.open("rb") as opened_file:
                sum_.update(hashlib.file_digest(opened_file, "sha256").digest())
    return sum_.hexdigest()[:8]
