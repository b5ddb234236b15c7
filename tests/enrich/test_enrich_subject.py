"""How a post is read for a subject: what `reputation`, `relevance` and `priority` share."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import enrichers
from valore.enrich._subject import MASK, SIGNS, mask, read
from valore.enrich._subject import _names as names

ABOUT = ("dimension", "priority", "relevance", "reputation")


def posts(texts: list[str | None], subject: str | None = "Lume", language: str = "en", **more: str) -> pa.RecordBatch:
    n = len(texts)
    told = {k: [v] * n for k, v in more.items()}
    given_ = {"text": pa.array(texts, pa.string()), "language": [language] * n}
    return pa.record_batch({**given_, "subject": pa.array([subject] * n, pa.string()), **told})


def signs(text: str, subject: str = "Lume", **more: str) -> dict[str, float]:
    return dict(zip(SIGNS, read(posts([text], subject, **more)).signs[0], strict=True))


@pytest.mark.parametrize(
    "text", ["Anna Ferri draws", "#AnnaFerri draws", "@anna_ferri draws", "ANNA  FERRI draws", "anna-ferri draws"]
)
def test_a_name_is_masked_however_it_is_written(text: str) -> None:
    assert mask(text, names("Anna Ferri", "")).split() == [MASK, "draws"]


def test_a_name_inside_another_word_is_left_alone() -> None:
    assert mask("volumes of Lumen", names("Lume", "")) == "volumes of Lumen"


def test_an_alias_counts_as_the_name() -> None:
    assert signs("The Torino lamp people", subject_aliases="Torino lamp; Lume srl")["full name"]
    assert not signs("The Torino lamp people")["full name"]


def test_where_the_name_stands_is_seen() -> None:
    assert signs("I love #Lume")["name in a hashtag"]
    assert signs("thanks @lume")["name in a mention"]
    assert signs("hi @lume_fan_2001")["part of a longer handle"]
    assert signs("Lume Street is closed")["a capitalised word after the name"]
    assert signs("Ferri won the race", "Anna Ferri")["only part of the name"]
    assert signs("nothing of hers here")["not named"]


def test_a_word_that_every_company_has_is_not_a_name() -> None:
    assert signs("The group met at the company", "Lume Group Company")["not named"]


@pytest.mark.parametrize("name", ABOUT)
def test_without_a_subject_nothing_is_said(name: str) -> None:
    enricher = enrichers()[name]
    for batch in (posts(["Lume is wonderful."], None), posts(["Lume is wonderful."]).drop_columns(["subject"])):
        found = enricher.enrich(batch)
        assert found.schema == enricher.provides
        assert set(found.to_pylist()[0].values()) == {None}


@pytest.mark.parametrize("name", ABOUT)
def test_an_unknown_language_is_unscored(name: str) -> None:
    assert set(enrichers()[name].enrich(posts(["Lume on hieno."], language="fi")).to_pylist()[0].values()) == {None}


@pytest.mark.parametrize("name", ABOUT)
@settings(max_examples=5, deadline=None)
@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=50)), max_size=4), subject=st.text(max_size=12))
def test_any_text_and_any_subject_get_one_row(name: str, texts: list[str | None], subject: str) -> None:
    found = enrichers()[name].enrich(posts(texts, subject))
    assert found.num_rows == len(texts)
    for row in found.to_pylist():
        p = [v for k, v in row.items() if "_p_" in k]
        assert all(v is None for v in p) or sum(p) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", ABOUT)
def test_a_post_is_read_the_same_alone_and_beside_others_on_other_subjects(name: str) -> None:
    batch = posts(["Lume lost my lamp and nobody answers.", "Lume opens a shop."])
    alone = enrichers()[name].enrich(batch.slice(0, 1)).to_pylist()[0]
    beside = enrichers()[name].enrich(
        pa.Table.from_batches([batch, posts(["Bruno!"], "Bruno")]).combine_chunks().to_batches()[0]
    )
    for key, value in beside.to_pylist()[0].items():
        assert alone[key] == (pytest.approx(value, abs=2e-2) if isinstance(value, float) else value)


@pytest.mark.parametrize("name", ABOUT)
def test_what_is_known_of_the_subject_may_be_missing(name: str) -> None:
    told = {"subject_homepage": "lamps and light", "subject_category": "design", "subject_aliases": "Lume srl"}
    for batch in (posts(["Lume sells lamps."]), posts(["Lume sells lamps."], **told)):
        assert np.isfinite(enrichers()[name].enrich(batch).column(2).to_numpy()).all()
