"""Train `theme` from invented sentences. `python -m valore.enrich.training.theme --data DIR` (no data is read)."""

from pathlib import Path

from valore.enrich import _artefacts
from valore.enrich.theme import CLASSES
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main
from valore.enrich.training._examples import examples, fit, report

_STRENGTH = 8.0


def train(order: Order) -> Path:
    """Write the artefact `theme`, its sheet and card; return the artefact's path."""
    seen = examples("theme", CLASSES, signs=False)
    model = fit(seen, _STRENGTH)
    tables = (("Invented sentences", report(seen, _STRENGTH, float(model["temperature"]))),)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "theme", "1", model, tables)


def figures(order: Order) -> Tables:
    """Measure on held-out sentences, with the temperature of the artefact in use; nothing is written."""
    del order  # no data is read
    warmth = float(_artefacts.load("theme")["temperature"])
    return (("Invented sentences", report(examples("theme", CLASSES, signs=False), _STRENGTH, warmth)),)


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="theme",
        version="theme@1",
        purpose=(
            "What a post is about, in the seventeen top-level subjects of the IPTC Media Topics; "
            f"`undecided` below 0.25. Order of `p`: {', '.join(CLASSES)}."
        ),
        summary_it=(
            "Dice di che cosa parla un post, nei diciassette temi più alti degli IPTC Media Topics. Viene da "
            "frasi inventate in inglese e italiano; le altre lingue passano per i vettori multilingui. Le cifre "
            "dicono quanto regge su frasi mai viste, inventate anch'esse: non quanto vale su post veri."
        ),
        how=(
            "Logistic regression on the multilingual sentence vector. The temperature is set on held-out "
            "sentences. The names of the subjects are those of the IPTC; the sentences are ours."
        ),
        sets=(("invented sentences (`training/theme.toml`)", "fit", "Apache-2.0, written for Valore"),),
        split=(
            "Cross-validated in six parts; a sentence and its translations fall in one part, so every figure is of "
            "models that have seen five sixths of the sentences, at the temperature of the one that is shipped. "
            "No real posts with these labels were at hand: these figures do not say how it does on real posts."
        ),
        tables=tables,
        failures=(
            "Everyday talk without a subject is spread over human interest, lifestyle and society.",
            "The seventeen are coarse: two freelancers of one trade look alike.",
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
