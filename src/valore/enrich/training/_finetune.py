"""Fine-tuning of the encoder multilingual-e5-small, and its difference from the base as few numbers.

Needs PyTorch, which only training does. A run writes where it stands; a run that was cut goes on from there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from valore.enrich import _deep, _e5

BATCH = 32
WARM = 0.1
"""Share of the steps in which the rate rises."""
DECAY = 0.995
"""Of the running mean of the weights, which is what is kept."""
SMOOTH = 0.1
"""Share of a label that is spread over the classes: confidence is bounded."""
RANK = 16
KEPT = 0.9999
"""Share of a column's values that its size covers."""
_ROUNDS = 12
_EVERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how fast."""

    steps: int
    rate: float = 1e-4
    head_rate: float = 1e-3
    seed: int = 1
    frozen: int = 0
    """How many of the lowest layers stay as they are."""


def base() -> dict[str, Any]:
    """Return the encoder's arrays by name, float32: a matrix (outputs, inputs), biases, scales; no word vectors."""
    found = _e5.weights()
    plain = {k: np.array(v) for k, v in found.plain.items() if k != "emb.pos"}
    positions = np.array(found.plain["emb.pos"]).reshape(-1, _e5.WIDTH)[: _e5.LONGEST + 2]
    matrices = {k: found.matrix(k) for k in found.blocks if k != "emb.word"}
    return {**plain, "emb.pos": positions, **matrices}


def forward(at: Mapping[str, Any], words: Any, mask: Any, dropout: float = 0.0, watch: Any = None) -> Any:
    """Return mean vectors of texts, (n, WIDTH).

    Args:
        at: The encoder's tensors by name.
        words: Word vectors, (n, length, WIDTH).
        mask: True where a piece stands, (n, length).
        dropout: Share of values that training hides.
        watch: Called with the name and the inputs of each dense layer, if given.
    """
    import torch.nn.functional as f

    def normed(x: Any, name: str) -> Any:
        return f.layer_norm(x.float(), (_e5.WIDTH,), at[f"{name}.w"], at[f"{name}.b"], 1e-12)

    def dense(x: Any, name: str) -> Any:
        if watch is not None:
            watch(name, x)
        return f.linear(x, at[f"{name}.w"], at[f"{name}.b"])

    def dropped(x: Any) -> Any:
        return f.dropout(x, dropout, dropout > 0)

    n, length, _ = words.shape
    allowed = mask[:, None, None, :]
    x = dropped(normed(words + at["emb.pos"][:length] + at["emb.type"][: _e5.WIDTH], "emb.ln"))
    for i in range(_e5.LAYERS):
        q, k, v = (dense(x, f"l{i}.{part}").view(n, length, _e5.HEADS, -1).transpose(1, 2) for part in ("q", "k", "v"))
        seen = f.scaled_dot_product_attention(q, k, v, attn_mask=allowed, dropout_p=dropout)
        x = normed(x + dropped(dense(seen.transpose(1, 2).reshape(n, length, -1), f"l{i}.ao")), f"l{i}.aln")
        x = normed(x + dropped(dense(f.gelu(dense(x, f"l{i}.fi")), f"l{i}.fo")), f"l{i}.oln")
    kept = mask[..., None].float()
    return (x * kept).sum(1) / kept.sum(1)


def tune(
    pieces: list[list[int]], labels: Any, weight: Any, plan: Plan, mark: Path, start: Any = None, told: Any = None
) -> dict[str, Any]:
    """Fine-tune on labelled texts and return the arrays of encoder and head (`head.w`, `head.b`).

    Args:
        pieces: Numbers of the pieces of each text.
        labels: Class of each text, or a distribution over classes (n, classes).
        weight: How often a text is drawn, beside others.
        plan: Steps and rates.
        mark: File that keeps where the run stands; a file of another plan is an error of torch.
        start: Arrays to begin from, as this function returns them; None: the base and a new head.
        told: Called with step and mean loss, now and then.
    """
    import torch

    torch.manual_seed(plan.seed)
    truth = torch.as_tensor(_spread(labels))
    at = {k: torch.tensor(v) for k, v in base().items()}
    if start is not None:
        at = {k: torch.tensor(v) for k, v in start.items()}
    else:
        at |= {"head.w": torch.randn(truth.shape[1], _e5.WIDTH) * 0.02, "head.b": torch.zeros(truth.shape[1])}
    still = {f"l{i}." for i in range(plan.frozen)} | ({"emb."} if plan.frozen else set())
    moving = {k: v for k, v in at.items() if not any(k.startswith(s) for s in still)}
    for tensor in moving.values():
        tensor.requires_grad_()
    mean = {k: v.detach().clone() for k, v in moving.items()}
    groups = [
        {"params": [v for k, v in moving.items() if k.startswith("head")], "lr": plan.head_rate},
        {"params": [v for k, v in moving.items() if v.ndim > 1 and not k.startswith("head")], "lr": plan.rate},
        {"params": [v for k, v in moving.items() if v.ndim == 1 and not k.startswith("head")], "lr": plan.rate,
         "weight_decay": 0.0},
    ]  # fmt: skip
    steps = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(steps, lambda s: _rate(s, plan.steps))
    first = _resumed(mark, at, mean, steps, rates)
    lost = 0.0
    for step, rows in enumerate(_batches(pieces, weight, plan), start=0):
        if step < first:
            continue
        words, mask = _deep.padded([pieces[r] for r in rows])
        with torch.autocast("cpu", torch.bfloat16):
            scores = torch.nn.functional.linear(
                forward(at, torch.as_tensor(words), torch.as_tensor(mask), 0.1), at["head.w"], at["head.b"]
            )
        loss = torch.nn.functional.cross_entropy(scores.float(), truth[rows])
        steps.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(moving.values()), 1.0)
        steps.step()
        rates.step()
        kept = min(DECAY, (step + 1) / (step + 10))
        for name, tensor in moving.items():
            mean[name].lerp_(tensor.detach(), 1 - kept)
        lost += float(loss.detach())
        if (step + 1) % _EVERY == 0:
            torch.save((step + 1, at, mean, steps.state_dict(), rates.state_dict()), mark)
            if told is not None:
                told(step + 1, lost / _EVERY, mean | {k: v for k, v in at.items() if k not in mean})
            lost = 0.0
    return {k: mean.get(k, v).detach().numpy() for k, v in at.items()}


def difference(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fine-tuning changed, in few numbers: matrices as products of rank RANK, the rest as it is."""
    made: dict[str, Any] = {"head.w": whole["head.w"], "head.b": whole["head.b"]}
    for name, before in _deep.base().items():
        after = whole[name] + (whole["emb.type"][: _e5.WIDTH] if name == "emb.pos" else 0)
        if name.endswith(".w") and before.ndim > 1:
            u, s, v = np.linalg.svd(after - before, full_matrices=False)
            made[f"{name}.up"] = (u[:, :RANK] * s[:RANK]).astype(np.float16)
            made[f"{name}.down"] = v[:RANK].astype(np.float16)
        else:
            made[name] = (after - before).astype(np.float16)
    return made


def sizes(kept: Mapping[str, Any], pieces: list[list[int]]) -> dict[str, Any]:
    """Return how large the columns of the inputs of each layer become on some texts, `LAYER.size` (inputs,)."""
    import torch

    at = {k: torch.tensor(v) for k, v in _deep.merged(kept).items()}
    at["emb.type"] = torch.zeros(_e5.WIDTH)
    seen: dict[str, list[Any]] = {}

    def watch(name: str, x: Any) -> None:
        seen.setdefault(name.replace(".q", ".qkv"), []).append(x.abs().reshape(-1, x.shape[-1]).numpy())

    with torch.no_grad():
        for first in range(0, len(pieces), BATCH):
            words, mask = _deep.padded(pieces[first : first + BATCH])
            forward(at, torch.as_tensor(words), torch.as_tensor(mask), watch=watch)
    wanted = [f"l{i}.{part}" for i in range(_e5.LAYERS) for part in ("qkv", "ao", "fi")]
    return {f"{k}.size": np.quantile(np.concatenate(seen[k]), KEPT, axis=0).astype(np.float32) for k in wanted}


def heads(unit: Any, target: Any, weight: Any, count: int, hidden: int, seed: int) -> dict[str, Any]:
    """Return small networks on sentence vectors: `w1` (count, 512, hidden), `b1`, `w2` (count, hidden, classes), `b2`.

    Args:
        unit: Sentence vectors, (n, 512).
        target: What is learned, a distribution over classes for each, (n, classes).
        weight: How often a text is drawn.
        count: Networks, each begun by another seed.
        hidden: Width of the layer between.
        seed: Of the first.
    """
    import torch

    x, y = torch.as_tensor(unit), torch.as_tensor(target, dtype=torch.float32)
    made = []
    for i in range(count):
        torch.manual_seed(seed + i)
        rng = np.random.default_rng(seed + i)
        drawn = rng.choice(len(unit), size=_ROUNDS * len(unit), p=np.asarray(weight) / np.sum(weight))
        net = torch.nn.Sequential(
            torch.nn.Dropout(0.1), torch.nn.Linear(x.shape[1], hidden), torch.nn.ReLU(), torch.nn.Dropout(0.3),
            torch.nn.Linear(hidden, y.shape[1]),
        )  # fmt: skip
        moved = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
        turns = len(drawn) // 256
        rate = torch.optim.lr_scheduler.OneCycleLR(moved, 2e-3, total_steps=turns)
        for rows in np.array_split(drawn[: turns * 256], turns):
            loss = torch.nn.functional.cross_entropy(net(x[rows]), y[rows])
            moved.zero_grad()
            loss.backward()
            moved.step()
            rate.step()
        made.append([net[1].weight.T, net[1].bias, net[4].weight.T, net[4].bias])
    named = zip(("w1", "b1", "w2", "b2"), zip(*made, strict=True), strict=True)
    return {
        k: np.stack([t.detach().numpy() for t in v]).astype(np.float16 if k[0] == "w" else np.float32) for k, v in named
    }


def _batches(pieces: list[list[int]], weight: Any, plan: Plan) -> Iterator[list[int]]:
    """Yield rows drawn by weight, texts of like length together."""
    rng = np.random.default_rng(plan.seed)
    p = np.asarray(weight, dtype=float) / np.sum(weight)
    made = 0
    while made < plan.steps:
        drawn = rng.choice(len(pieces), size=min(64, plan.steps) * BATCH, p=p, replace=True)
        drawn = drawn[np.argsort([len(pieces[i]) for i in drawn], kind="stable")].reshape(-1, BATCH)
        for rows in drawn[rng.permutation(len(drawn))][: plan.steps - made]:
            yield rows.tolist()
            made += 1


def _spread(labels: Any) -> Any:
    given = np.asarray(labels)
    hard = np.eye(given.max() + 1, dtype=np.float32)[given] if given.ndim == 1 else given.astype(np.float32)
    return (1 - SMOOTH) * hard + SMOOTH / hard.shape[1]


def _rate(step: int, steps: int) -> float:
    warm = max(1, int(WARM * steps))
    return step / warm if step < warm else max(0.0, (steps - step) / (steps - warm))


def _resumed(mark: Path, at: Any, mean: Any, steps: Any, rates: Any) -> int:
    import torch

    if not mark.is_file():
        return 0
    step, weights, means, state, schedule = torch.load(mark, weights_only=True)
    for name, tensor in weights.items():
        at[name].data.copy_(tensor)
    for name, tensor in means.items():
        mean[name].copy_(tensor)
    steps.load_state_dict(state)
    rates.load_state_dict(schedule)
    return int(step)
