"""Write the card of `spam`. `python -m valore.enrich.training.spam --data DIR`."""

from pathlib import Path

from valore.enrich import _artefacts
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main


def train(order: Order) -> Path:
    """Write the card and the sheet of figures; return the path of the sheet."""
    tables = figures(order)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "spam", "1", {}, tables)


def figures(order: Order) -> Tables:
    """Return no table: no labelled set is at hand."""
    del order
    return ()


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="spam",
        version="spam@1",
        purpose="Whether an account is there to be a nuisance; `undecided` below 0.65 or when little is known.",
        summary_it=(
            "Dice se un account disturba: offerte nel profilo, ripetizioni, copie, collegamenti ovunque. I pesi sono "
            "scelti a mano, perché non c'erano dati etichettati: nessuna cifra può essere data. Un bot utile non "
            "è spam."
        ),
        how=(
            "A sum of ten named signs of profile and behaviour, with weights set by hand; each is given as the reason."
        ),
        sets=(("nothing was trained", "weights set by hand", "–"),),
        split=(
            "No labelled set of spam was at hand: its probabilities are not calibrated, and no accuracy can be stated."
        ),
        tables=tables,
        failures=("An enthusiastic customer who repeats the same thanks looks like spam by behaviour.",),
    )


if __name__ == "__main__":
    main(train, __doc__)
