"""Running an encoder's graph: a few kilobytes of shipped structure, filled with a package's weights.

The graphs hold no weights. They are made by `training/encoders.py`; what is large is read from the
package that publishes it, made small (8 bits) here, once for each process, and handed to onnxruntime.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

ZERO = 128
"""What stands for 0 in eight unsigned bits."""


def session(graph: bytes, arrays: Mapping[str, Any]) -> Any:
    """Return an onnxruntime session of a graph whose arrays are named in it but not held by it; one thread."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    held = {name: ort.OrtValue.ortvalue_from_numpy(np.asarray(array, order="C")) for name, array in arrays.items()}
    options.add_external_initializers(list(held), list(held.values()))
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def small(name: str, weight: Any, bias: Any, scale: float | None = None) -> dict[str, Any]:
    """Return the arrays of a dense layer in eight bits.

    Args:
        name: Of the layer in the graph.
        weight: (inputs, outputs); each output gets a scale of its own.
        bias: (outputs,).
        scale: Step of the inputs, where it was measured before; None where each row finds its own.
    """
    step = np.abs(weight).max(axis=0).clip(1e-12) / 127
    found = {
        f"{name}.w": np.rint(weight / step).astype(np.int8),
        f"{name}.s": step.astype(np.float32),
        f"{name}.b": np.asarray(bias, np.float32),
    }
    return found if scale is None else {**found, f"{name}.a": np.float32(scale)}
