"""Why a component is what it is: the posts that move it most, both ways, and what would change it.

The effect of a post is the value minus what it would be without it, in closed form where there is
one; the rest of the statistics stay as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from valore.engine import Engine
from valore.errors import N_
from valore.flows._stage import Params
from valore.measure.contribution import credit
from valore.measure.identity import counted, parts, whole
from valore.measure.presence import answerable, regularity
from valore.measure.reputation import prior
from valore.measure.resonance import percentile, reference
from valore.measure.solidity import loss
from valore.measure.survival import kaplan_meier
from valore.model.estimate import Estimate, Result
from valore.model.reading import Effect, Explanation
from valore.model.settings import Method

Floats = npt.NDArray[np.float64]
Stats = Mapping[str, pa.Table]
WhatIf = tuple[tuple[str, Mapping[str, float | str], float], ...]
_MOST = 10
_MANY_ASKED = 400


def explanations(
    engine: Engine, results: Mapping[str, Result], stats: Stats, values: Params, method: Method
) -> dict[str, Explanation]:
    """Return why each component that has a number is what it is."""
    known = {name: r for name, r in results.items() if isinstance(r, Estimate)}
    return {name: _explained(name, *_WHY[name](engine, r, stats, values, method)) for name, r in known.items()}


def _explained(name: str, posts: Any, effects: Floats, what_if: WhatIf) -> Explanation:
    """Keep the strongest effects of each sign."""
    order = np.argsort(-np.abs(effects), kind="stable")
    told = [Effect(post=int(posts[i]), effect=float(effects[i])) for i in order if abs(effects[i]) > 1e-9]  # noqa: PLR2004 - nothing
    up, down = [e for e in told if e.effect > 0], [e for e in told if e.effect < 0]
    return Explanation(component=name, raises=tuple(up[:_MOST]), lowers=tuple(down[:_MOST]), what_if=what_if)


def _reputation(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:
    rows = engine.ask("reputation_effects", **values)
    w, p_pos, p_neg, pos, neg = (rows[c].to_numpy() for c in ("w", "p_pos", "p_neg", "pos", "neg"))
    a0, b0 = prior(stats["reputation_reference"], method)
    up, down = (float(stats["reputation_authors"][c].to_numpy().sum()) for c in ("favourable", "unfavourable"))
    fewer_pos, fewer_neg = np.maximum(pos - w * p_pos, 0), np.maximum(neg - w * p_neg, 0)
    part, rest = _part(pos + neg), _part(fewer_pos + fewer_neg)
    up_without = up - pos * part + fewer_pos * rest
    down_without = down - neg * part + fewer_neg * rest
    now = (a0 + up) / (a0 + b0 + up + down)
    without = (a0 + up_without) / (a0 + b0 + up_without + down_without)
    return rows["post"].to_numpy(), 100 * (now - without), _heard_more(told, stats, method)


def _part(n: Floats) -> Floats:
    most = np.maximum(n, 1.0)
    return np.asarray(np.log2(1 + most) / most, dtype=np.float64)


def _heard_more(told: Estimate, stats: Stats, method: Method) -> WhatIf:
    """Say how far the interval would shrink: by reviews where the reading is unsure, and by more people."""
    width, people = told.high - told.low, max(1, round(told.effective_authors))
    found: list[tuple[str, Mapping[str, float | str], float]] = [
        (
            N_("with {n} more people speaking as these do, the interval would be {width} points wide"),
            {"n": people, "width": round(width / 2**0.5, 1)},
            told.value,
        )
    ]
    authors = stats["reputation_authors"]
    noise = np.sort(authors["noise_favourable"].to_numpy() + authors["noise_unfavourable"].to_numpy())[::-1]
    mass = authors["favourable"].to_numpy().sum() + authors["unfavourable"].to_numpy().sum()
    n = min(100, len(noise))
    unsure = (100 / max(float(mass) + method.prior_authors, 1e-9)) ** 2 * float(noise[:n].sum()) / 4
    left = max((width / 3.29) ** 2 - unsure, 0.0) ** 0.5 * 3.29
    if unsure > 0 and left < width:
        text = N_("with {n} reviews of the posts that weigh most, the interval would be about {width} points wide")
        found.insert(0, (text, {"n": n, "width": round(left, 1)}, told.value))
    return tuple(found)


def _resonance(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:
    rows = engine.ask("resonance_effects", **values)
    others, _ = reference(stats, str(values["subject"]), method)
    d = float(told.details["d"] or 0)
    after = np.maximum(d - rows["lost"].to_numpy(), 0.0)
    effects = told.value - 100 * _among(after, others[:, 0])
    more = 100 * float(_among(np.array([d * 1.25]), others[:, 0])[0])
    text = N_("with {n} more people acting")
    n = max(1, round(0.25 * float(told.details["acting_people"] or 0)))
    return rows["post"].to_numpy(), effects, ((text, {"n": n}, more),)


def _among(d: Floats, others: Floats) -> Floats:
    logs = np.log1p(np.column_stack([d, np.broadcast_to(others, (len(d), len(others)))]))
    return percentile(logs)


def _contribution(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:  # noqa: ARG001 - one signature for all
    posts = stats["contribution_posts"]
    posts = posts.filter(pa.array(~np.isnan(posts["novelty"].to_numpy().astype(float))))
    earned = credit(posts)
    many = len(earned)
    without = (earned.sum() - earned) / max(many - 1, 1)
    repeats = posts["novelty"].to_numpy() < 1 - method.novelty_threshold
    what_if: WhatIf = ()
    if repeats.any() and not repeats.all():
        text = N_("without the {n} posts that repeat what was said")
        what_if = ((text, {"n": int(repeats.sum())}, float(100 * earned[~repeats].mean())),)
    return posts["post"].to_numpy(), 100 * (earned.mean() - without), what_if


def _presence(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:  # noqa: ARG001 - one signature for all
    asked = answerable(stats["presence_answers"])
    hours, weight = asked["hours"].to_numpy(), asked["weight"].to_numpy().astype(float)
    done = asked["answered"].to_numpy().astype(bool)
    kept, due, by = regularity(stats["presence_weeks"], stats["presence_slots"], method)

    def value(answered: float, held: int = kept) -> float:
        return float(100 * ((held + 0.5) / (due + 1) * answered) ** 0.5)

    some = np.arange(min(asked.num_rows, _MANY_ASKED))
    rest = [np.arange(asked.num_rows) != i for i in some]
    without = [kaplan_meier(hours[r], done[r], method.answer_hours, weight[r]).answered for r in rest]
    effects = np.array([told.value - value(a) for a in without])
    now = float(told.details["answered"] or 0)
    late = ~done | (hours > method.answer_hours)
    text = N_("if the {n} mentions without an answer in time were answered within {hours} hours")
    answered = (text, {"n": int(late.sum()), "hours": method.answer_hours}, value(1.0))
    weeks = N_("with a post in each of the {n} weeks without one")
    slots = N_("with the {n} missed slots of the plan kept")
    steady = (weeks if by == "weeks" else slots, {"n": due - kept}, value(now, due))
    what_if = tuple(w for w, some_ in ((answered, late.any()), (steady, due > kept)) if some_)
    return asked["post"].to_numpy()[some], effects, what_if


def _solidity(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:
    weeks, rows = stats["solidity_weeks"], engine.ask("solidity_posts", **values)
    sides = np.column_stack([weeks[c].to_numpy() for c in ("favourable", "unfavourable")])
    week = np.searchsorted(weeks["week"].to_numpy(), rows["week"].to_numpy())
    less = np.column_stack([rows[c].to_numpy() for c in ("favourable", "unfavourable")])
    many = np.repeat(sides[None], rows.num_rows, axis=0)
    at = np.arange(rows.num_rows)
    many[at, week] = np.maximum(many[at, week] - less, 0.0)
    tenure = float(told.details["tenure"] or 0)
    effects = told.value - 100 * tenure * (1 - loss(many, method))
    n = weeks.num_rows + 26
    longer = 100 * n / (n + method.tenure_weeks) * (1 - float(told.details["resilience_loss"] or 0))
    return rows["post"].to_numpy(), effects, ((N_("with {n} more weeks like these"), {"n": 26}, longer),)


def _identity(engine: Engine, told: Estimate, stats: Stats, values: Params, method: Method) -> Any:  # noqa: ARG001 - one signature for all
    counts = counted(stats["themes"], stats["declared"])
    rows = [r for r in stats["themes"].to_pylist() if r["side"] == "practised"]
    keys = sorted({(r["place"], r["month"]) for r in rows})
    effects = []
    for r in rows:
        cells = counts.cells.copy()
        cells[keys.index((r["place"], r["month"])), counts.themes.index(r["theme"])] -= 1
        effects.append(told.value - whole(parts(counts, cells)))
    clear = {**parts(counts, counts.cells), "clarity": 1.0}
    text = N_("if what is published followed the declared themes")
    return np.array([r["example"] for r in rows]), np.array(effects), ((text, {}, whole(clear)),)


_WHY: Mapping[str, Callable[[Engine, Estimate, Stats, Params, Method], Any]] = {
    "reputation": _reputation,
    "resonance": _resonance,
    "contribution": _contribution,
    "presence": _presence,
    "solidity": _solidity,
    "identity": _identity,
}
