"""Lenses as data: one TOML file each. A lens weighs the same components for one purpose."""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from valore.measure._made import Floats, interval
from valore.model.estimate import Estimate, Grade, NotEnough, Reason, Result
from valore.model.lens import COMPONENTS, Lens
from valore.model.settings import Method
from valore.model.subject import Kind

FLOOR = 1.0
"""A component below this counts as this much, so that one at zero does not make all zero."""


def lenses() -> Mapping[str, Lens]:
    """Return every lens by name, those of the freelancer and the company first."""
    found = (f for f in files(__name__).iterdir() if f.name.endswith(".toml"))
    made = [_lens(tomllib.loads(f.read_text(encoding="utf-8"))) for f in found]
    return MappingProxyType({lens.name: lens for lens in sorted(made, key=_order)})


def weigh(estimates: Mapping[str, Result], lens: Lens, method: Method) -> Result:
    """Return V = exp(Σ w ln x / Σ w) over the components that are known, with joint draws.

    A component read at the lower end of its interval (the Sceptic) is one number: V's interval then
    ends at the value that its own estimates give.
    """
    name = lens.name
    told = {n: e for n, e in estimates.items() if isinstance(e, Estimate) and lens.weights.get(n, 0) > 0}
    lacking = [n for n in lens.mandatory if n not in told]
    if lacking:
        return NotEnough(name=name, reason=Reason.MISSING_COMPONENT, method=lens.id, detail=lacking[0])
    if len(told) < lens.minimum:
        return NotEnough(name=name, reason=Reason.FEW_COMPONENTS, method=lens.id, detail=str(len(told)))
    weights = np.array([lens.weights[n] for n in told])
    low, high, value, draws = _joined([told[n] for n in told], weights, lens, method)
    return Estimate(
        name=name, value=value, low=low, high=high, method=lens.id, draws=draws,
        grade=_grade(told.values()), evidence=_evidence(told.values()),
        effective_authors=min(e.effective_authors for e in told.values()),
        details={n: float(w / weights.sum()) for n, w in zip(told, weights, strict=True)},
    )  # fmt: skip


def _joined(told: list[Estimate], weights: Floats, lens: Lens, method: Method) -> tuple[float, float, float, Floats]:
    draws = _mean(np.array([_draws(e, method) for e in told]).T, weights)
    if lens.lower_bound:
        value = float(_mean(np.array([e.low for e in told]), weights))
        top = float(_mean(np.array([e.value for e in told]), weights))
        return min(value, interval(draws, value, method.level)[0]), max(top, value), value, draws
    value = float(_mean(np.array([e.value for e in told]), weights))
    low, high = interval(draws, value, method.level)
    return low, high, value, draws


def _mean(values: Floats, weights: Floats) -> Floats:
    return np.asarray(np.exp(np.log(np.maximum(values, FLOOR)) @ weights / weights.sum()), dtype=np.float64)


def _draws(told: Estimate, method: Method) -> Floats:
    return told.draws if told.draws is not None else np.full(method.replicates, told.value)


def _grade(told: Iterable[Estimate]) -> Grade:
    """Return the middle grade, the worse of two."""
    grades = sorted(e.grade for e in told)
    return grades[len(grades) // 2]


def _evidence(told: Iterable[Estimate]) -> tuple[int, ...]:
    """Return the heaviest posts of each component in turn."""
    rows = [e.evidence[:33] for e in told]
    return tuple(dict.fromkeys(post for row in rows for post in row))[:200]


def _lens(data: dict[str, object]) -> Lens:
    weights, kinds = data.pop("weights"), data.pop("kinds")
    mandatory = data.pop("mandatory", [])
    assert isinstance(weights, dict)
    assert isinstance(kinds, list)
    assert isinstance(mandatory, list)
    ordered = {n: float(weights.get(n, 0.0)) for n in COMPONENTS}
    return Lens(weights=MappingProxyType(ordered), kinds=tuple(map(Kind, kinds)), mandatory=tuple(mandatory), **data)  # type: ignore[arg-type]


def _order(lens: Lens) -> tuple[int, str]:
    told = ("freelancer", "company", "sceptic", "customer", "agency_client", "newcomer")
    return (told.index(lens.name) if lens.name in told else len(told), lens.name)
