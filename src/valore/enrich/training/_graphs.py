"""Graphs of the encoders without their weights, for onnxruntime. Needs the package `onnx`, which only training does."""

from typing import Any

from valore.enrich import _e5, _use
from valore.enrich._runtime import ZERO

_OURS = "com.microsoft"
"""Where onnxruntime keeps its own operators."""


class Graph:
    """Nodes one after the other; arrays by name, kind and shape."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.nodes: list[Any] = []
        self.held: list[Any] = []
        self._named: set[str] = set()

    def array(self, name: str, kind: str, *shape: int) -> str:
        """Name an array that is handed over at run time."""
        from onnx import TensorProto

        if name not in self._named:
            self._named.add(name)
            stub = TensorProto(name=name, data_type=getattr(TensorProto, kind), dims=shape)
            stub.data_location = TensorProto.EXTERNAL
            stub.external_data.add(key="location", value="package")
            self.held.append(stub)
        return name

    def number(self, value: Any, kind: str) -> str:
        """Name a small array that the graph holds itself."""
        import numpy as np
        from onnx import numpy_helper

        name = f"{kind}:{value}"
        if name not in self._named:
            self._named.add(name)
            self.held.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def do(self, kind: str, inputs: list[str], *, ours: bool = False, out: str = "", **how: Any) -> str:
        """Add a node and return the name of its output."""
        from onnx import helper

        out = out or f"{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [out], domain=_OURS if ours else "", **how))
        return out

    def split(self, x: str, parts: int) -> list[str]:
        """Return equal parts of the last axis."""
        from onnx import helper

        outs = [f"{len(self.nodes)}.{i}" for i in range(parts)]
        self.nodes.append(helper.make_node("Split", [x], outs, axis=-1, num_outputs=parts))
        return outs

    def measured(self, x: str, name: str, inputs: int, outputs: int) -> str:
        """Add a dense layer in eight bits whose inputs have a step measured before."""
        zero = self.number(ZERO, "uint8")
        step = self.array(f"{name}.a", "FLOAT")
        small = self.do("QuantizeLinear", [x, step, zero])
        given = [
            small,
            self.array(f"{name}.w", "INT8", inputs, outputs),
            step,
            self.array(f"{name}.s", "FLOAT", outputs),
            zero,
            "",
            self.array(f"{name}.b", "FLOAT", outputs),
        ]
        return self.do("MatMulIntegerToFloat", given, ours=True)

    def found(self, x: str, name: str, inputs: int, outputs: int) -> str:
        """Add a dense layer in eight bits in which each row finds the step of its inputs."""
        top = self.do("ReduceMax", [self.do("Abs", [x]), self.number([-1], "int64")], keepdims=1)
        step = self.do("Mul", [self.do("Add", [top, self.number(1e-12, "float32")]), self.number(1 / 127, "float32")])
        near = self.do("Round", [self.do("Add", [self.do("Div", [x, step]), self.number(float(ZERO), "float32")])])
        small = self.do("Cast", [near], to=2)
        return self.scaled(small, name, inputs, outputs, step, self.number(ZERO, "uint8"))

    def scaled(self, x: str, name: str, inputs: int, outputs: int, step: str, zero: str) -> str:
        """Add a dense layer whose inputs are in eight bits already, with a step for each row; no bias if absent."""
        summed = self.do("MatMulInteger", [x, self.array(f"{name}.w", "INT8", inputs, outputs), zero])
        large = self.do("Mul", [self.do("Cast", [summed], to=1), step])
        large = self.do("Mul", [large, self.array(f"{name}.s", "FLOAT", outputs)])
        return self.do("Add", [large, self.array(f"{name}.b", "FLOAT", outputs)])

    def bytes(self, inputs: dict[str, tuple[str, list[Any]]], output: str, shape: list[Any]) -> bytes:
        """Return the graph as a file."""
        from onnx import TensorProto, helper

        given = [helper.make_tensor_value_info(n, getattr(TensorProto, k), s) for n, (k, s) in inputs.items()]
        told = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)]
        graph = helper.make_graph(self.nodes, "encoder", given, told, self.held)
        sets = [helper.make_opsetid("", 18), helper.make_opsetid(_OURS, 1)]
        return bytes(helper.make_model(graph, opset_imports=sets, ir_version=9).SerializeToString())


def use() -> bytes:
    """Return the graph from word rows (uint8, with step and low of each) to features (pieces, 1280)."""
    graph, narrow = Graph(), _use.NARROW
    wide = narrow * len(_use.ORDERS)
    large = graph.do("Mul", [graph.do("Cast", ["words"], to=1), "step"])
    word = graph.do("Add", [large, "low"])
    cut = graph.scaled("words", "proj", _use.WIDTH, wide, "step", graph.number(0, "uint8"))
    cut = graph.do("Add", [cut, graph.do("Mul", ["low", graph.array("proj.sum", "FLOAT", wide)])])
    scale, shift = graph.array("in.g", "FLOAT", wide), graph.array("in.b", "FLOAT", wide)
    cut = graph.do("LayerNormalization", [cut, scale, shift], axis=-1, epsilon=_EPSILON)
    made = [word]
    for i, part in enumerate(graph.split(cut, len(_use.ORDERS))):
        first = graph.do("Add", [_window(graph, part, i, 1), part])
        made.append(graph.do("Add", [_window(graph, first, i, 2), first]))
    all_ = graph.do("Concat", made, axis=-1)
    features = _use.WIDTH + wide
    scale, shift = graph.array("out.g", "FLOAT", features), graph.array("out.b", "FLOAT", features)
    graph.do("LayerNormalization", [all_, scale, shift], axis=-1, epsilon=_EPSILON, out="features")
    inputs = {
        "words": ("UINT8", ["t", _use.WIDTH]),
        "step": ("FLOAT", ["t", 1]),
        "low": ("FLOAT", ["t", 1]),
        "around": ("INT64", ["t", 5]),
    }
    return graph.bytes(inputs, "features", ["t", features])


_EPSILON = 1e-12


def _window(graph: Graph, x: str, i: int, layer: int) -> str:
    """Add a layer over windows of pieces."""
    n, before = _use.ORDERS[i]
    first = 2 - before
    bounds = [graph.number([at], "int64") for at in (first, first + n, 1)]
    place = graph.do("Slice", ["around", *bounds])
    zero = graph.array("zero", "FLOAT", 1, _use.NARROW)
    seen = graph.do("Gather", [graph.do("Concat", [x, zero], axis=0), place])
    flat = graph.do("Reshape", [seen, graph.number([-1, n * _use.NARROW], "int64")])
    return graph.do("Relu", [graph.measured(flat, f"conv{i}.{layer}", n * _use.NARROW, _use.NARROW)])


def e5() -> bytes:
    """Return the graph from word vectors and mask to mean vectors of texts (n, 384)."""
    graph, width = Graph(), _e5.WIDTH
    size = graph.do("Shape", ["words"])
    one, two = graph.number([1], "int64"), graph.number([2], "int64")
    zero = graph.number([0], "int64")
    length = graph.do("Slice", [size, one, two, zero])
    places = graph.array("emb.pos", "FLOAT", _e5.LONGEST + 2, width)
    x = graph.do("Add", ["words", graph.do("Slice", [places, zero, length, zero])])
    x = graph.do(
        "LayerNormalization",
        [x, graph.array("emb.ln.w", "FLOAT", width), graph.array("emb.ln.b", "FLOAT", width)],
        axis=-1,
        epsilon=1e-12,
    )
    for i in range(_e5.LAYERS):
        x = _layer(graph, x, f"l{i}")
    kept = graph.do("Unsqueeze", [graph.do("Cast", ["mask"], to=1), two])
    total = graph.do("ReduceSum", [graph.do("Mul", [x, kept]), one], keepdims=0)
    graph.do("Div", [total, graph.do("ReduceSum", [kept, one], keepdims=0)], out="mean")
    inputs: dict[str, tuple[str, list[Any]]] = {"words": ("FLOAT", ["n", "l", width]), "mask": ("INT32", ["n", "l"])}
    return graph.bytes(inputs, "mean", ["n", width])


def _layer(graph: Graph, x: str, name: str) -> str:
    width = _e5.WIDTH
    q, k, v = graph.split(graph.measured(_even(graph, x, f"{name}.qkv"), f"{name}.qkv", width, 3 * width), 3)
    seen = graph.do("MultiHeadAttention", [q, k, v, "", "mask"], ours=True, num_heads=_e5.HEADS)
    x = _added(graph, graph.measured(seen, f"{name}.ao", width, width), x, f"{name}.aln")
    inner = graph.do("Gelu", [graph.measured(_even(graph, x, f"{name}.fi"), f"{name}.fi", width, 4 * width)], ours=True)
    return _added(graph, graph.found(inner, f"{name}.fo", 4 * width, width), x, f"{name}.oln")


def _even(graph: Graph, x: str, name: str) -> str:
    """Bring the columns of a layer's inputs to like size, as a few are far larger; its weights undo it."""
    return graph.do("Mul", [x, graph.array(f"{name}.m", "FLOAT", _e5.WIDTH)])


def _added(graph: Graph, x: str, to: str, name: str) -> str:
    scale, shift = (graph.array(f"{name}.{k}", "FLOAT", _e5.WIDTH) for k in "wb")
    return graph.do("LayerNormalization", [graph.do("Add", [x, to]), scale, shift], axis=-1, epsilon=1e-12)
