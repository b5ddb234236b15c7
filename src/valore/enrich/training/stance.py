"""Train `stance` from invented sentences. `python -m valore.enrich.training.stance --data DIR` (no data is read)."""

from pathlib import Path

from valore.enrich import _artefacts
from valore.enrich.stance import CLASSES
from valore.enrich.training import Order
from valore.enrich.training._card import Card
from valore.enrich.training._data import main
from valore.enrich.training._examples import examples, fit, report
from valore.enrich.training._score import Score

_STRENGTH = 8.0


def train(order: Order) -> Path:
    """Write the artefact `stance` and its card; return the artefact's path."""
    seen = examples("stance", CLASSES, signs=True)
    model = fit(seen, _STRENGTH)
    card(report(seen, _STRENGTH, float(model["temperature"]))).write(order.shelf)
    return _artefacts.save(order.out, "stance", "1", model)


def card(figures: tuple[Score, ...]) -> Card:
    """Return the card."""
    return Card(
        name="stance",
        version="stance@1",
        purpose=(
            "What a post does: opinion, question, provocation or report; `undecided` below 0.40. "
            "A first version from few examples. Languages: de, en, es, fr, it, pt."
        ),
        summary_it=(
            "Dice che cosa fa un post: dà un'opinione, chiede, provoca o riferisce. È una prima versione, da "
            "poche frasi inventate; le cifre dicono quanto regge su frasi mai viste ma inventate anch'esse, "
            "non su post veri."
        ),
        how=(
            "Logistic regression on the multilingual sentence vector and five signs of the surface (question "
            "mark, asking words, words of opinion, figures). The temperature is set on held-out sentences."
        ),
        sets=(("invented sentences (`training/stance.toml`)", "fit", "Apache-2.0, written for Valore"),),
        split=(
            "Cross-validated in six parts; a sentence and its translations fall in one part. "
            "No real posts with these labels were at hand: these figures do not say how it does on real posts."
        ),
        tables=(("Invented sentences", figures),),
        failures=(
            "A provocation in the shape of a question reads as a question.",
            "Opinion and provocation differ by intent; between them the model guesses.",
            "Irony is read literally.",
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
