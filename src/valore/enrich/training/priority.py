"""Train `priority` on RepLab 2013, split by subject. `python -m valore.enrich.training.priority --data DIR`."""

from pathlib import Path
from typing import Any

import numpy as np

from valore.enrich.priority import CLASSES, SURE, alerted
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main
from valore.enrich.training._score import Score
from valore.enrich.training._subjects import (
    HOW,
    SETS,
    SPLIT,
    UNKNOWN,
    Lot,
    Ours,
    accuracy,
    answers,
    chances,
    first,
    fit,
    lots,
    macro,
    measured,
    plain,
    save,
)

_LABELS = ("ALERT", "MILDLY_IMPORTANT", "UNIMPORTANT")
_ALERT = 0.25


def train(order: Order) -> Path:
    """Write artefact, sheet and card; return the path of the artefact."""
    seen, _ = lots(order, "topic_priority", _LABELS)
    arrays, held = fit(order, seen, len(CLASSES), lambda lot: np.ones(len(lot.label)))
    arrays["bound"] = np.array(_bound(seen, held[:, 0]))
    path, tables = save(order, "priority", arrays, figures)
    card(tables).write(order.shelf)
    return path


def figures(order: Order) -> Tables:
    """Measure the enricher in use on subjects that it has not seen."""
    seen, last = lots(order, "topic_priority", _LABELS)
    beside, found = plain(seen, last), answers("priority", last)
    bare = answers("priority", last, UNKNOWN)
    what = Ours("all", last, chances("priority", found), beside)
    alerts = (_alerts("all", last, found, beside, order.seed), _alerts("names alone", last, bare, beside, order.seed))
    rest = (measured(what, "accuracy", accuracy, seed=order.seed), measured(what, "macro-F1", macro, seed=order.seed))
    return (("Subjects that were not seen", (*alerts, *rest)),)


def _alerts(part: str, last: Lot, found: Any, beside: Any, seed: int) -> Score:
    """Return the F1 of the rows that deserve an alert, beside the plain model's likeliest class."""
    raised = np.asarray(alerted(found).to_numpy(zero_copy_only=False), dtype=bool)
    truth = Lot(last.batch, (last.label != 0).astype(int), last.subject)
    plain_ = np.stack([beside.argmax(axis=1) == 0, beside.argmax(axis=1) != 0], axis=1).astype(float)
    return measured(
        Ours(part, truth, np.stack([raised, ~raised], axis=1).astype(float), plain_), "F1 of alert", first, _ALERT, seed
    )._replace(ece=np.nan)


def _bound(seen: Lot, p: Any) -> float:
    """Return the probability from which calling it an alert gave the best F1 on held-out subjects."""
    truth = seen.label == 0

    def value(bound: float) -> float:
        given = p >= bound
        return float(2 * (given & truth).sum() / max(given.sum() + truth.sum(), 1))

    return float(max(np.arange(0.04, 0.61, 0.02), key=value))


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="priority",
        version="priority@1",
        purpose=(
            "How soon somebody who cares for the reputation of the subject should look at a post (alert, "
            f"mildly_important, unimportant); `undecided` below {SURE:.2f}. A missed alert costs more than a false "
            "one: who watches takes `alerted`, a probability of alert from a bound in the artefact that may be "
            "below that of another class, and the figures of alerts are of that. Languages: de, en, es, fr, it, "
            "pt; only English and Spanish were measured."
        ),
        summary_it=(
            "Dice quanto è urgente guardare un post: allarme, abbastanza importante, poco importante. L'allarme "
            "scatta già a una probabilità bassa, perché mancarne uno costa di più di un falso allarme. Impara da "
            "etichette date per argomento: ciò che conta è l'argomento, non il singolo post. Italiano, francese, "
            "tedesco e portoghese non sono stati misurati."
        ),
        how=HOW,
        sets=SETS,
        split=SPLIT,
        tables=tables,
        failures=(
            "The aim for alerts is not reached; a plain model raises none at all.",
            (
                "The set gives the priority of a topic to every post of it, and alerts lie in few subjects (four of "
                "them hold two thirds): how alerts of another subject look is hard to learn from them."
            ),
            (
                "Whether a topic is important is judged beside the other topics of the same days, which the model "
                "does not see; the watch over counts does (`watch`)."
            ),
            "Mildly important and unimportant differ little in words.",
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
