"""What is said of posts: language, polarity, stance, theme, vectors."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import Over, enrichers
from valore.enrich._languages import code
from valore.enrich._sentences import pack, unpack
from valore.enrich._text import words

READERS = sorted(n for n, e in enrichers().items() if e.over is Over.POSTS)
anything = st.lists(st.one_of(st.none(), st.text(max_size=60)), min_size=1, max_size=6)


def said(name: str, texts: list[str | None], language: str = "it") -> list[dict[str, object]]:
    told = {"language": [language] * len(texts), "subject": ["Lume"] * len(texts)}
    batch = pa.record_batch({"text": pa.array(texts, pa.string()), **told})
    return list(enrichers()[name].enrich(batch).to_pylist())


def alike(one: object, other: object) -> bool:
    """Return whether two answers are the same up to the last digit of a float, or of eight bits."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        return bool(np.einsum("nd,nd->n", *(unpack(pa.array([v])) for v in (one, other)))[0] > 0.9999)
    return one == (pytest.approx(other, abs=1e-5) if isinstance(other, float) else other)


def spoken(text: str) -> object:
    return said("language", [text])[0]["language"]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=6, deadline=None)
@given(texts=anything)
def test_every_row_gets_one_answer_in_the_promised_columns(name: str, texts: list[str | None]) -> None:
    enricher = enrichers()[name]
    batch = pa.record_batch({"text": pa.array(texts, pa.string()), "language": ["it"] * len(texts)})
    answer = enricher.enrich(batch)
    assert answer.schema == enricher.provides
    assert answer.num_rows == len(texts)


@pytest.mark.parametrize("name", READERS)
def test_no_rows_are_no_trouble(name: str) -> None:
    batch = pa.record_batch({"text": pa.array([], pa.string()), "language": pa.array([], pa.string())})
    assert enrichers()[name].enrich(batch).num_rows == 0


@pytest.mark.parametrize("name", [n for n in READERS if not enrichers()[n].whole])
def test_a_post_is_read_the_same_alone_and_in_company(name: str) -> None:
    texts = ["Una lampada che fa bene agli occhi.", "Dove si compra?", "Lume apre a Torino lunedì mattina."]
    together = said(name, list(texts))
    for text, row in zip(texts, together, strict=True):
        for alone, beside in zip(said(name, [text])[0].values(), row.values(), strict=True):
            assert alike(alone, beside)


@pytest.mark.parametrize("name", [n for n in READERS if enrichers()[n].classes and not enrichers()[n].whole])
def test_probabilities_sum_to_one_and_the_best_is_the_largest(name: str) -> None:
    texts: list[str | None] = [
        "Pessimo servizio, mai più.",
        "Che meraviglia questa mostra!",
        "Apre domani alle nove a Torino.",
    ]
    for row in said(name, texts):
        p = {c: row[f"{name}_p_{c}"] for c in enrichers()[name].classes}
        assert sum(p.values()) == pytest.approx(1, abs=1e-4)  # type: ignore[arg-type]
        assert row[f"{name}_best"] == max(p, key=lambda c: p[c])  # type: ignore[arg-type, return-value]
        assert row[name] in (row[f"{name}_best"], "undecided")


@pytest.mark.parametrize("name", ["polarity", "stance", "theme"])
def test_an_unknown_language_is_unscored_and_never_guessed(name: str) -> None:
    for language in ("fi", "und"):
        assert set(said(name, ["Tämä lamppu on todella hieno."], language)[0].values()) == {None}


@pytest.mark.parametrize("name", READERS)
def test_nothing_to_read_is_null_and_not_a_verdict(name: str) -> None:
    for row in said(name, [None, ""]):
        assert row[name] is None or (name == "language" and row[name] == "und")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La nuova lampada illumina bene anche la scrivania più grande.", "it"),
        ("The new lamp lights even the largest desk very well.", "en"),
        ("La nouvelle lampe éclaire bien même le plus grand bureau.", "fr"),
        ("Die neue Lampe beleuchtet auch den größten Schreibtisch gut.", "de"),
        ("La nueva lámpara ilumina bien incluso el escritorio más grande.", "es"),
        ("O novo candeeiro ilumina bem até a secretária maior.", "pt"),
        ("المصباح الجديد يضيء حتى أكبر مكتب بشكل جيد", "ar"),
    ],
)
def test_seven_languages_are_told_apart(text: str, language: str) -> None:
    assert spoken(text) == language
    assert spoken(f"RT @lume: {text} https://lume.example/nuova #luce") == language


@pytest.mark.parametrize("text", ["😀😀❤️", "ok", "@anna https://lume.example", "12345 !!!"])
def test_what_has_no_words_has_no_language(text: str) -> None:
    assert spoken(text) == "und"


def test_a_declared_language_helps_only_where_the_text_does_not_tell() -> None:
    batch = pa.record_batch(
        {"text": ["ok bravi", "The new lamp lights the whole desk.", "😀"], "declared": ["it-IT", "it", "it"]}
    )
    assert enrichers()["language"].enrich(batch).column("language").to_pylist() == ["it", "en", "und"]


@pytest.mark.parametrize("written", ["it", "it-IT", "IT_it", "ITA", "Italian", "italiano"])
def test_a_language_is_understood_however_it_is_written(written: str) -> None:
    assert code(written) == "it"
    assert said("polarity", ["Che meraviglia questa lampada!"], written)[0]["polarity"] == "positive"


@pytest.mark.parametrize(
    ("good", "bad", "language"),
    [
        ("Che meraviglia, la adoro!", "Che schifo, un prodotto orribile.", "it"),
        ("What a wonderful lamp, I love it!", "Terrible service, I hate it.", "en"),
        ("Magnifique, j'adore cette lampe !", "Service horrible, je suis très déçu.", "fr"),
        ("Wunderbar, ich liebe diese Lampe!", "Furchtbarer Service, ich hasse das.", "de"),
        ("¡Maravillosa, me encanta esta lámpara!", "Servicio horrible, qué asco.", "es"),
        ("Maravilhoso, adoro este candeeiro!", "Serviço horrível, que nojo.", "pt"),
    ],
)
def test_praise_stands_above_blame_in_every_language(good: str, bad: str, language: str) -> None:
    praised, blamed = said("polarity", [good, bad], language)
    assert praised["polarity_p_positive"] > blamed["polarity_p_positive"]  # type: ignore[operator]
    assert praised["polarity_best"] == "positive"
    assert blamed["polarity_best"] == "negative"


def test_a_reason_names_few_words_and_never_the_post() -> None:
    text = "I love this wonderful lamp and the kind people who make it"
    reason = said("polarity", [text], "en")[0]["polarity_reason"]
    named = str(reason).split(", ")
    assert 1 <= len(named) <= 3
    assert set(named) <= set(text.lower().split())


def test_a_question_is_a_question() -> None:
    assert said("stance", ["Qualcuno sa quando riapre il negozio di Torino?"])[0]["stance"] == "question"
    assert said("stance", ["Does anybody know when the shop opens?"], "en")[0]["stance"] == "question"


def test_sport_and_weather_are_not_mixed_up() -> None:
    rows = said("theme", ["La squadra ha vinto la partita con un gol", "Domani pioggia e vento su tutta la costa"])
    assert [row["theme_best"] for row in rows] == ["sport", "weather"]


def test_a_vector_survives_eight_bits() -> None:
    rng = np.random.default_rng(1)
    unit = rng.normal(size=(20, 512)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    assert np.einsum("nd,nd->n", unit, unpack(pack(unit))).min() > 0.999
    assert unpack(pa.array([None], pa.binary())).sum() == 0


def test_a_kept_vector_gives_the_same_polarity_as_a_fresh_one() -> None:
    texts = ["Che meraviglia questa lampada!", "Il pacco è arrivato rotto."]
    batch = pa.record_batch({"text": texts, "language": ["it", "it"]})
    kept = batch.append_column("embedding", enrichers()["embedding"].enrich(batch).column("embedding"))
    fresh, again = (enrichers()["polarity"].enrich(b).column("polarity_p_positive").to_numpy() for b in (batch, kept))
    assert np.abs(fresh - again).max() < 0.01


def test_names_of_accounts_and_addresses_are_no_words() -> None:
    bare = words(pa.array(["RT @anna: guarda https://lume.example/x?y=1 #luce &amp; ombra", None]))
    assert bare.to_pylist() == ["guarda luce ombra", ""]
