"""Train `automation`: human or automated. `python -m valore.enrich.training.automation --data DIR`."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts
from valore.enrich._account import probabilities
from valore.enrich.training import Order
from valore.enrich.training._accounts import FIT, REPORT, bots, fit, people
from valore.enrich.training._card import Card
from valore.enrich.training._data import main, parts
from valore.enrich.training._score import Score, score
from valore.enrich.training.actor import words_only

_UNUSED = ("listed", "followers", "followers_per_following")
"""In the bot set half of the others are famous: an audience's size would mean fame, not a hand on the keys."""


def train(order: Order) -> Path:
    """Write the artefact `automation` and its card; return the artefact's path."""
    batch, label, known, part = rows(order)
    weight = np.where(known, 1.0, 0.5)
    model = fit(batch, label, part, weight, _UNUSED, order.seed)
    card(report(model, batch, label, known, part, order.seed)).write(order.shelf)
    return _artefacts.save(order.out, "automation", "1", model)


def rows(order: Order) -> tuple[pa.RecordBatch, Any, Any, Any]:
    """Return both sets under each other: profiles, automated or not, whether labelled so, part."""
    seen, automated = bots(order)
    others, organisation = people(order)
    persons = others.take(pa.array(np.flatnonzero(organisation == 0)))
    both = pa.concat_tables(
        [pa.Table.from_batches([b]) for b in (seen, persons)], promote_options="default"
    ).combine_chunks()
    label = np.concatenate([automated, np.zeros(persons.num_rows, int)])
    known = np.arange(len(label)) < len(automated)
    return both.to_batches()[0], label, known, parts(len(label), (0.70, 0.15, 0.15), order.seed)


def report(
    model: Any, batch: pa.RecordBatch, label: Any, known: Any, part: Any, seed: int
) -> tuple[tuple[str, tuple[Score, ...]], ...]:
    """Return the figures on the last part, also without the word that gives bots away."""
    at = np.flatnonzero((part == REPORT) & known)
    last, plain = batch.take(pa.array(at)), words_only(batch, label, (part == FIT) & known, at)
    told = score("whole profile, without `verified`", label[at], probabilities(model, last), plain, seed)
    masked = score("the letters “bot” struck out", label[at], probabilities(model, _masked(last)), None, seed)
    few = last.select([c for c in last.schema.names if c in ("name", "handle", "bio")])
    words = score("words only (name, handle, bio)", label[at], probabilities(model, few), None, seed)
    persons = np.flatnonzero((part == REPORT) & ~known)
    wrong = (probabilities(model, batch.take(pa.array(persons))).argmax(axis=1) == 1).mean()
    share = Score(
        "ordinary persons of humanizr called automated (share)",
        len(persons),
        float(wrong),
        np.nan,
        np.nan,
        np.nan,
        np.nan,
    )
    return ("Own split of nyu-bots", (told, masked, words)), ("Another set", (share,))


def _masked(batch: pa.RecordBatch) -> pa.RecordBatch:
    for name in ("name", "handle", "bio"):
        struck = pc.replace_substring_regex(batch.column(name), "(?i)bot", "")
        batch = batch.set_column(batch.schema.get_field_index(name), name, struck)
    return batch


def card(tables: tuple[tuple[str, tuple[Score, ...]], ...]) -> Card:
    """Return the card."""
    return Card(
        name="automation",
        version="automation@1",
        purpose=(
            "Whether an account acts by itself; `undecided` below 0.70 or when little is known. Automated is not spam."
        ),
        summary_it=(
            "Dice se un account agisce da solo, con probabilità calibrate. Chi si dichiara bot è creduto. Non usa"
            " né la verifica né la grandezza del seguito, che nei dati vorrebbero dire solo «famoso». Un account "
            "automatico utile non è spam."
        ),
        how=(
            "As `actor`. Left out: `verified`, and the size of the audience (followers, lists), because in the "
            "bot set half of the others are famous. Ordinary persons of humanizr stand beside them as not "
            "automated, at half weight. An account that declares itself a bot is believed."
        ),
        sets=(
            ("nyu-bots", "fit 70%, choose 15%, report 15%", "none stated; class-competition data of 2017"),
            (
                "humanizr (persons)",
                "fit as not automated (nobody checked), and the second table",
                "Apache-2.0 (repository)",
            ),
        ),
        split=(
            "Rows are parted at random by seed; the last part chose nothing, but was seen more than once while the "
            "script was repaired. TF-IDF reads "
            "name, handle and bio. The set has broken ids and partly broken names; ids are not read."
        ),
        tables=tables,
        failures=(
            "38% of the bots of the set say so in name or bio: see the line without that word.",
            "Bots of 2017 that posted from scripts; accounts that write with a language model are not in it.",
            (
                "Organisations that post by schedule are neither clearly human nor clearly automated; the label says "
                "what the profile looks like."
            ),
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
