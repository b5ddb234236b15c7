"""Presence & care: regularity and answers. Null, never 0, where answers cannot be seen.

The geometric mean of regularity (the share of weeks, or of the plan's slots, that were kept) and
responsiveness: the Kaplan–Meier probability that a mention which speaks to the subject is answered
within `answer_hours`. Recent unanswered ones are censored. Where stances are known only questions
want an answer. Hours are of the clock, not of business. Source: metrics.md §2.
"""

from collections.abc import Mapping
from math import ceil

import numpy as np
import pyarrow as pa

from valore.measure._made import Floats, effective, estimate, generator, missing, numbers
from valore.measure.grade import Ground
from valore.measure.survival import Curve, kaplan_meier
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_FEW_ASKED = 3
_WANTS = ("question",)


class Presence:
    """Regularity and care."""

    name = "presence"
    version = "presence@1"
    statistics = ("presence_weeks", "presence_slots", "presence_answers", "presence_seen")

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate."""
        weeks, asked = stats["presence_weeks"], answerable(stats["presence_answers"])
        if not stats["presence_seen"].num_rows:
            return missing(self.name, self.version, Reason.NO_POSTS)
        if not sum(stats["presence_seen"]["answers"].to_pylist()) or asked.num_rows < _FEW_ASKED:
            return missing(self.name, self.version, Reason.NO_ANSWERS_SEEN)
        rng = generator(method, self.name)
        kept, due, by = regularity(weeks, stats["presence_slots"], method)
        curve, drawn = _care(asked, rng, method)
        share = (kept + 0.5) / (due + 1)
        value = 100 * (share * curve.answered) ** 0.5
        draws = 100 * np.sqrt(rng.beta(kept + 0.5, due - kept + 0.5, method.replicates) * drawn)
        people = effective(numbers(asked, "weight"))
        ground = Ground(people, _places(asked), float(due if by == "weeks" else weeks.num_rows))
        details: dict[str, float | str | None] = {
            "regularity": share, "kept": float(kept), "due": float(due), "measured_by": by,
            "answered": curve.answered, "asked": float(asked.num_rows), "median_hours": _median(asked),
            "within_hours": method.answer_hours,
        }  # fmt: skip
        posts = (*asked["post"].to_pylist(), *weeks["post"].to_pylist())
        return estimate(self.name, value, draws, ground, method, version=self.version, evidence=posts, details=details)


def regularity(weeks: pa.Table, slots: pa.Table, method: Method) -> tuple[int, int, str]:
    """Return what was kept, what was due, and whether weeks or slots of the plan were counted."""
    if slots.num_rows:
        return sum(slots["kept"].to_pylist()), slots.num_rows, "plan"
    due = ceil(method.window_days / 7)
    return min(weeks.num_rows, due), due, "weeks"


def answerable(answers: pa.Table) -> pa.Table:
    """Return the mentions that want an answer: questions where stances are known, else all."""
    stances = answers["stance"].to_pylist()
    if not any(s in _WANTS for s in stances):
        return answers
    return answers.filter(pa.array([s in _WANTS for s in stances], pa.bool_()))


def _care(asked: pa.Table, rng: np.random.Generator, method: Method) -> tuple[Curve, Floats]:
    """Return the curve and draws over the people who asked."""
    hours, weight = numbers(asked, "hours"), numbers(asked, "weight")
    answered = asked["answered"].to_numpy().astype(bool)
    curve = kaplan_meier(hours, answered, method.answer_hours, weight)
    _, who = np.unique(asked["author"].to_numpy(), return_inverse=True)
    luck = rng.standard_exponential((method.replicates, int(who.max()) + 1))
    drawn = [kaplan_meier(hours, answered, method.answer_hours, weight * w[who]).answered for w in luck]
    return curve, np.array(drawn)


def _places(asked: pa.Table) -> int:
    return len(set(asked["place"].to_pylist()))


def _median(asked: pa.Table) -> float | None:
    hours = numbers(asked, "hours")[asked["answered"].to_numpy().astype(bool)]
    return float(np.median(hours)) if len(hours) else None


PLUGIN: Presence = Presence()
