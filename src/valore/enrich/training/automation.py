"""Train `automation`: human or automated. `python -m valore.enrich.training.automation --data DIR`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts
from valore.enrich._acts import ACTS, BEHAVIOUR, rhythm
from valore.enrich.automation import PLUGIN
from valore.enrich.training import Order
from valore.enrich.training._accounts import Accounts, bots, f1_score, fit, people, words_only
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main
from valore.enrich.training._marked import PROTOCOL, Marked, customers, learnt, marked
from valore.enrich.training._score import Score, score, share

VERSION = "2"
_AIM = 0.91
_BESIDE = 0.6
"""Weight of what is done beside a known profile: both were learnt apart, and overlap. Set by hand."""
_WHO = ("name", "handle", "bio")
_SIZE = ("followers", "following", "posts")
_SINCE = ("created", "seen")
VIEWS: Mapping[str, tuple[str, ...]] = {
    "as Mastodon gives it": (*_WHO, *_SIZE, *_SINCE, "default_picture", "latest"),
    "as Bluesky gives it": (*_WHO, *_SIZE, *_SINCE, "default_picture"),
    "as TikTok or Instagram give it": (*_WHO, *_SIZE),
    "as YouTube gives it": (*_WHO, "followers", "posts", *_SINCE, "location"),
    "numbers only": (*_SIZE, *_SINCE, "likes_given"),
    "words only (name, handle, bio)": _WHO,
    "name and newest post only": ("name", "handle", "latest"),
}
_STREAM = 6


def train(order: Order) -> Path:
    """Write the artefact `automation`, its sheet and its card; return the artefact's path."""
    seen = bots(order)
    model = fit(seen.part(~seen.reported), np.ones(int((~seen.reported).sum())), order.seed)
    model |= learnt(marked(order, "automation", "A"), ACTS) | {"beside": np.float32(_BESIDE)}
    tables = _measured(order, model)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "automation", VERSION, model, tables)


def figures(order: Order) -> Tables:
    """Measure the artefact in use; nothing is written."""
    return _measured(order, _artefacts.load("automation"))


def _measured(order: Order, model: Any) -> Tables:
    seen = bots(order)
    return (
        ("Own split of nyu-bots", _own(seen, model, order.seed)),
        ("Less of the same profiles", _views(seen.part(seen.reported), model, order.seed)),
        ("Only what is done: marked authors of replab13", _done(marked(order, "automation", "A"), model, order.seed)),
        ("False alarms elsewhere, on accounts that the model has not seen", _alarms(order, model)),
    )


def _p(model: Any, batch: pa.RecordBatch) -> Any:
    """Return the probabilities of human and automated, 0.5 where the model is silent, (n, 2)."""
    answer = PLUGIN.enrich(batch, model)
    return np.stack(
        [pc.fill_null(answer.column(f"automation_p_{c}"), 0.5).to_numpy() for c in ("human", "automated")], axis=1
    )


def _own(seen: Accounts, model: Any, seed: int) -> tuple[Score, ...]:
    last = seen.part(seen.reported)
    plain = words_only(seen.part(~seen.reported), last.batch)
    p, struck = _p(model, last.batch), _p(model, _struck(last.batch))
    return (
        score("profile and newest post, without `verified`", last.label, p, plain, seed, _AIM),
        f1_score("the same, automated accounts", last.label, p, plain, seed, _AIM),
        score("the letters “bot” struck out everywhere", last.label, struck, None, seed),
        f1_score("letters struck out, automated accounts", last.label, struck, None, seed),
    )


def _views(last: Accounts, model: Any, seed: int) -> tuple[Score, ...]:
    return tuple(
        score(view, last.label, _p(model, last.batch.select(list(fields))), None, seed)
        for view, fields in VIEWS.items()
    )


def _done(seen: Marked, model: Any, seed: int) -> tuple[Score, ...]:
    last, label = seen.batch.filter(pa.array(seen.reported)), seen.label[seen.reported]
    timer = (rhythm(seen.batch) >= 0.5).any(axis=1)  # noqa: PLR2004 - half of a sign's weight
    return (
        score("posts and their times", label, _p(model, last.select([*BEHAVIOUR[:-1], "times"])), None, seed),
        share("automated authors (all marked) with the rhythm of a timer", timer[seen.label == 1]),
        share("others (all marked) with the rhythm of a timer", timer[seen.label == 0]),
    )


def _alarms(order: Order, model: Any) -> tuple[Score, ...]:
    others, told = people(order), "called automated (0.70 or more)"
    sure = _p(model, others.batch)[:, 1] >= 0.7  # noqa: PLR2004 - where the label is no longer undecided
    crowd = _p(model, customers(order, _STREAM))[:, 1] >= 0.7  # noqa: PLR2004 - as above
    return (
        share(f"persons of humanizr {told}", sure[others.label == 0]),
        share(f"organisations of humanizr {told}", sure[others.label == 1]),
        share(f"customers of airlines, by what they do, {told}", crowd),
    )


def _struck(batch: pa.RecordBatch) -> pa.RecordBatch:
    for name in (*_WHO, "latest"):
        bare = pc.replace_substring_regex(batch.column(name), "(?i)bot", "")
        batch = batch.set_column(batch.schema.get_field_index(name), name, bare)
    return batch


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="automation",
        version=f"automation@{VERSION}",
        purpose=(
            "Whether an account acts by itself; `undecided` below 0.70 or when little is known. Automated is not "
            "spam: a weather service is automated and genuine."
        ),
        summary_it=(
            "Dice se un account agisce da solo, con probabilità calibrate e con il motivo. Legge il profilo, l'ultimo "
            "post e, dove si conoscono, che cosa fanno gli altri post e a che ora escono; ciò che un luogo non dà "
            "resta ignoto, mai zero. Chi si dichiara bot è creduto. La verifica non è usata. I dati sono del 2017, "
            "di una sola rete e quasi tutti inglesi; i tempi da soli, su pochi post, dicono poco. "
            "Un account automatico utile non è spam."
        ),
        how=(
            "Linear models on hashed words and groups of letters (names; bio; newest post) and on the multilingual "
            "sentence vector of the bio, cross-fitted; boosted trees (three seeds averaged) over their scores and "
            "over 40 numbers of the profile and of the newest post. Each row is seen three times, twice with groups of "
            "numbers hidden at random. The score is calibrated by cross-fitting, apart for each "
            "combination of names, bio, counts, age and newest post known. Not read: `verified`, lists, the posting "
            "client, the look of the profile. What posts do (repeat, link, name others, ask, begin alike, tags) has a "
            "small linear model of its own; a timer's rhythm (round minutes, equal pauses, no hours of rest) adds "
            "weights set by hand. Beside a profile both count 0.6. Declarations (a bot flag, a service, a bio that "
            "says so) are believed."
        ),
        sets=(
            ("nyu-bots", "fit 80%, report 20%", "none stated; class-competition data of 2017"),
            (
                "replab13 (authors with six posts or more)",
                "what is done: fit 60%, report 40%; marked for Valore",
                "repository MIT; texts re-collected by a third party",
            ),
            ("humanizr", "report only", "Apache-2.0 (repository)"),
            ("airline-brand-stream", "report only", "NonCommercial, recalled; nothing is fitted on it"),
        ),
        split=(
            "nyu-bots is parted by a hash of the handle; rows with a bio of the reported part are fitted nowhere. "
            "All choices were made by cross-validation within the fitted part (there: macro-F1 0.917, F1 of automated "
            "0.911, ECE 0.013). The reported part was looked at twice, the second time because the calibration was "
            f"made finer. Marked authors: {PROTOCOL}. "
            "TF-IDF reads name, handle and bio. The set has broken ids and partly broken names; ids are not read."
        ),
        tables=tables,
        failures=(
            "38% of the bots of the set say so in name or bio: see the line without those letters.",
            "Bots of 2017 that posted from scripts; accounts that write with a language model are not in it.",
            "Words without numbers do not tell bots from people well: see the lines with less of the profile.",
            (
                "Times alone say little on a few posts found by a query; the weights of a timer's rhythm speak only "
                "from a dozen posts on, and nobody has measured them on labelled accounts."
            ),
            (
                "Organisations that post by schedule are neither clearly human nor clearly automated; the label says "
                "what the profile looks like."
            ),
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
