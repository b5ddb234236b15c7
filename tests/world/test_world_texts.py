"""Language, polarity, theme and stance are really in the words, for a model to find."""

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from valore.world import simulate
from valore.world.speech import LANGUAGES, SEASONS, SLOTS, STANCES, THEMES, Ints, draw, speech, words

FLOOR = 0.65
"""A coin would be right in half of the cases."""
PARALLEL = ("opinion", "question", "provocation", "report", "more")


def said(what: str, language: int, templates: Ints, rng: np.random.Generator) -> list[str]:
    """Return a sentence for each template named by its number in the list."""
    draws = draw(rng, len(templates))
    draws[:, 0] = templates
    rows = np.full(len(templates), language)
    theme, season = (rng.integers(0, n, len(templates)) for n in (len(THEMES), len(SEASONS)))
    name = pa.array(["Lume"] * len(templates))
    found: list[str] = speech().say(what, rows, draws, theme=theme, season=season, name=name).to_pylist()
    return found


def model() -> Pipeline:
    words_and_pairs = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", binary=True)
    return make_pipeline(words_and_pairs, OneVsRestClassifier(LogisticRegression(C=1.0, solver="liblinear")))


def opinions(kind: str, language: int, templates: Ints, rng: np.random.Generator) -> list[str]:
    """Return posts as the audience puts them together, by templates of the core."""
    cores = said(f"post.{kind}", language, templates, rng)
    for piece, share in (("verdict", 0.45), ("tail", 0.4), ("emoji", 0.35)):
        more = said(f"piece.{piece}_{kind}", language, rng.integers(0, 99, len(cores)), rng)
        cores = [f"{c} {m}" if rng.random() < share else c for c, m in zip(cores, more, strict=True)]
    return cores


@pytest.mark.parametrize("language", range(len(LANGUAGES)), ids=LANGUAGES)
def test_polarity_is_learnt_from_some_templates_and_found_in_others(language: int) -> None:
    """Most templates have a twin of the other polarity, so that their plain words do not tell."""
    right = []
    for seed in range(4):
        rng, texts, unseen = np.random.default_rng(seed), [], []
        for kind in ("negative", "positive"):
            order = rng.permutation(int(speech().lists[f"post.{kind}"][1, language]))
            cut = len(order) * 2 // 3
            texts.append(opinions(kind, language, np.tile(order[:cut], 25), rng))
            unseen.append(opinions(kind, language, np.tile(order[cut:], 10), rng))
        learner = model().fit([t for part in texts for t in part], [k for k, t in enumerate(texts) for _ in t])
        right += [np.mean(learner.predict(t) == kind) for kind, t in enumerate(unseen)]
    assert np.mean(right) > FLOOR


def test_language_is_learnt_from_half_of_the_templates_and_found_in_the_other() -> None:
    texts: list[str] = []
    labels: list[int] = []
    unseen: list[str] = []
    truth: list[int] = []
    rng = np.random.default_rng(3)
    for language in range(len(LANGUAGES)):
        for what in ("post.positive", "post.neutral", "frame.opinion"):
            many = int(speech().lists[what][1, language])
            known = said(what, language, np.tile(np.arange(0, many, 2), 8), rng)
            new = said(what, language, np.tile(np.arange(1, many, 2), 4), rng)
            texts, labels = texts + known, labels + [language] * len(known)
            unseen, truth = unseen + new, truth + [language] * len(new)
    right = model().fit(texts, labels).predict(unseen) == np.array(truth)
    assert right.mean() > 0.85


def test_themes_and_stances_are_in_the_subjects_own_words() -> None:
    world, other = simulate(3, 4000), simulate(4, 4000)
    for name, floor in (("theme", 0.8), ("stance", 0.9)):
        parts = []
        for made in (world, other):
            rows = zip(made.labels.to_pylist(), made.tables["posts"]["text"].to_pylist(), strict=True)
            parts.append([(t, row[name]) for row, t in rows if row["novelty"] == "fresh" and row["language"] == "it"])
        learner = model().fit(*zip(*parts[0], strict=True))
        texts, truth = zip(*parts[1], strict=True)
        assert (learner.predict(texts) == np.array(truth)).mean() > floor


@pytest.mark.parametrize("language", LANGUAGES)
def test_statements_can_be_said_in_every_language_by_the_same_draws(language: str) -> None:
    here, italian = words(language), words("it")
    for kind in ("pred", "circ"):
        assert len(here["slot"][kind]) == len(italian["slot"][kind])
    assert all(len(here["thing"][t]) == len(italian["thing"][t]) == 8 for t in THEMES)
    assert all(len(here["frame"][f]) == len(italian["frame"][f]) for f in PARALLEL)
    assert set(STANCES) <= set(PARALLEL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_hundreds_of_templates_and_says_nothing_twice(language: str) -> None:
    book = words(language)
    every = [t for section in ("frame", "post", "piece", "tag") for many in book[section].values() for t in many]
    assert len(every) > 200
    for section in ("slot", "frame", "post", "thing"):
        for title, many in book[section].items():
            assert len(set(many)) == len(many), title
    assert set(book["post"]) == set(words("it")["post"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_name_only_slots_that_are_there(language: str) -> None:
    book = words(language)
    for section in ("frame", "post", "piece", "people"):
        for template in (t for many in book[section].values() for t in many):
            assert set(re.findall(r"\{(.*?)\}", template)) <= set(SLOTS)
    filled = said("post.positive", LANGUAGES.index(language), np.arange(40), np.random.default_rng(5))
    assert not any("{" in text or "}" in text for text in filled)


def test_italian_joins_its_prepositions() -> None:
    rng = np.random.default_rng(6)
    texts = [
        t for what in ("post.positive", "post.negative", "post.crisis") for t in said(what, 0, np.arange(600), rng)
    ]
    wrong = re.compile(r"\b(su|di) (il|lo|la|l')\b")
    assert not [t for t in texts if wrong.search(t)]
    assert any(" sull'" in t or " sul " in t for t in texts)


@pytest.mark.parametrize(
    ("language", "letters"), [("it", "àèéìòù"), ("fr", "éèêàçû"), ("de", "äöüß"), ("es", "áéíóúñ¿"), ("pt", "ãõçáéí")]
)
def test_letters_have_their_marks(language: str, letters: str) -> None:
    text = str(words(language))
    assert all(letter in text for letter in letters)
    assert not re.search(r"\b(perche|piu|citta|e')\b", text)


def test_arabic_is_written_in_its_own_letters() -> None:
    book = words("ar")
    lines = [t for many in book["post"].values() for t in many]
    bare = [re.sub(r"\{\w+\}|\w+\.example", "", t) for t in lines]
    assert not any(re.search(r"[A-Za-z]", t) for t in bare)


def test_posts_are_of_many_kinds_of_words() -> None:
    world = simulate(9, 6000)
    texts = world.tables["posts"]["text"].to_pylist()
    assert len(set(texts)) > 0.8 * len(texts)
    assert sum("#" in t for t in texts) > 600
    assert sum(bool(re.search(r"[\U0001F300-\U0001FAFF❤✨☕]", t)) for t in texts) > 600
    languages = Counter(world.labels["language"].to_pylist())
    assert languages.most_common(1)[0][0] == "it"
    assert set(languages) == set(LANGUAGES)
    assert world.labels["sarcasm"].combine_chunks().true_count > 10
    assert {"brief", "collaboration", "job", "press", "speaking", "question"} <= set(
        world.labels["opportunity"].to_pylist()
    )
