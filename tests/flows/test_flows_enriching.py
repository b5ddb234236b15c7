"""Enriching a workspace: once is enough, a kill costs little, and nobody's words are guessed."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from valore.enrich import enrichers
from valore.flows import enriching
from valore.flows.enriching import Enriched, enrich
from valore.lake import Lake
from valore.model.keys import key
from valore.model.schemas import ACCOUNTS, POSTS
from valore.model.subject import AccountRef, Kind, Subject

ANNA = Subject(
    slug="anna", kind=Kind.PERSON, name="Anna Ferri", aliases=("@annaferri",), accounts=(AccountRef("x:@annaferri"),),
    queries=("anna",),
)  # fmt: skip
SAID = [
    ("1001", "La carta riciclata assorbe meglio l'inchiostro di quella patinata.", None),
    ("2002", "Che bel lavoro, Anna Ferri! Complimenti davvero.", None),
    ("3003", "Stasera piove a Torino e il tram è in ritardo.", None),
    ("1001", "La carta riciclata assorbe meglio l'inchiostro di quella patinata.", None),
    ("4004", "Servizio pessimo, sono molto deluso.", "anna"),
    ("2002", "😀😀", None),
    ("2002", None, None),
]


class Workspace:
    """What enriching asks of a workspace."""

    def __init__(self, folder: Path, *subjects: Subject) -> None:
        self.lake = Lake(folder / "lake")
        self._subjects = subjects

    def subjects(self) -> tuple[Subject, ...]:
        return self._subjects


def filled(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    empty = {"string": "", "int64": 0, "int32": 0}
    full = [{f.name: r.get(f.name, None if f.nullable else empty.get(str(f.type))) for f in schema} for r in rows]
    return pa.Table.from_pylist(full, schema=schema)


def posts(said: list[tuple[str, str | None, str | None]], first: int = 0) -> pa.Table:
    rows = [
        {
            "key": key("x", f"p{first + i}"), "place": "x", "id": f"p{first + i}", "author": key("x", author),
            "published": (1_600_000_000 + 3600 * (first + i)) * 10**6, "text": text, "query": query, "kind": "Note",
            "digest": first + i, "source": "s", "month": "2020-09",
        }
        for i, (author, text, query) in enumerate(said)
    ]  # fmt: skip
    return filled(POSTS, rows)


def accounts() -> pa.Table:
    told = [("1001", "annaferri", "Anna Ferri"), ("2002", "bruno", "Bruno"), ("3003", "c", None), ("4004", None, None)]
    rows = [
        {"key": key("x", i), "place": "x", "id": i, "handle": h, "name": n, "digest": j, "source": "s"}
        for j, (i, h, n) in enumerate(told)
    ]
    return filled(ACCOUNTS, rows)


@pytest.fixture
def space(tmp_path: Path) -> Any:
    made = Workspace(tmp_path, ANNA)
    made.lake.commit({"posts": posts(SAID), "accounts": accounts()}, source="s", number=0)
    return made


def labels(space: Any, enricher: str) -> dict[int, Any]:
    found = space.lake.snapshot().table("annotations").to_pylist()
    at = {key("x", f"p{i}"): i for i in range(20)}
    return {at.get(r["about"], r["about"]): r for r in found if r["enricher"] == enricher}


def test_posts_and_accounts_are_read(space: Any) -> None:
    done = enrich(space)
    assert (done.posts, done.accounts) == (7, 4)
    assert done.written["language"] == 7
    assert done.written["actor"] == done.written["spam"] == 4
    assert [labels(space, "language")[i]["label"] for i in range(7)] == ["it"] * 5 + ["und", None]


def test_reading_again_finds_nothing_to_do(space: Any) -> None:
    enrich(space)
    before = space.lake.snapshot().version("annotations")
    assert enrich(space) == Enriched(7, 4, {})
    assert space.lake.snapshot().version("annotations") == before


def test_only_what_came_since_is_read(space: Any) -> None:
    enrich(space)
    space.lake.commit({"posts": posts([("2002", "Anna Ferri espone a Torino.", None)], first=7)}, source="s", number=1)
    written = enrich(space).written
    assert set(written.values()) == {1}
    assert {"language", "embedding", "polarity", "stance", "near_duplicate"} <= set(written)


def test_costly_models_read_only_what_is_by_or_about_a_subject(space: Any) -> None:
    enrich(space)
    assert sorted(labels(space, "polarity")) == [0, 1, 3, 4]
    assert sorted(labels(space, "novelty")) == [0, 3]
    assert sorted(labels(space, "near_duplicate")) == list(range(7))


def test_a_workspace_without_subjects_is_read_whole(tmp_path: Path) -> None:
    space: Any = Workspace(tmp_path)
    space.lake.commit({"posts": posts(SAID), "accounts": accounts()}, source="s", number=0)
    enrich(space, ["polarity"])
    assert sorted(labels(space, "polarity")) == list(range(7))


def test_a_rehash_is_named_by_the_post_that_it_repeats(space: Any) -> None:
    enrich(space)
    first = key("x", "p0")
    assert (labels(space, "novelty")[3]["value"], labels(space, "novelty")[3]["other"]) == (0, first)
    assert (labels(space, "near_duplicate")[3]["label"], labels(space, "near_duplicate")[3]["other"]) == ("copy", first)
    assert labels(space, "near_duplicate")[0]["other"] is None


def test_probabilities_stand_in_the_order_of_the_classes(space: Any) -> None:
    enrich(space)
    praised, blamed = (labels(space, "polarity")[i] for i in (1, 4))
    assert praised["label"] == "positive"
    assert praised["p"][2] == max(praised["p"])
    assert blamed["p"][0] == max(blamed["p"])
    assert sum(blamed["p"]) == pytest.approx(1, abs=1e-4)


def test_a_killed_run_goes_on_where_its_last_commit_stood(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enriching, "_BATCH", 2)
    monkeypatch.setattr(enriching, "_BETWEEN", 0.0)
    seen = []

    def tick(done: int, total: int | None, what: str) -> None:
        seen.append((done, total, what))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrich(space, ["language"], tick)
    kept = set(labels(space, "language"))
    assert 0 < len(kept) < 7
    assert enrich(space, ["language"]).written == {"language": 7 - len(kept)}
    assert len(labels(space, "language")) == 7


def test_processes_say_the_same_as_one(space: Any, tmp_path: Path) -> None:
    enrich(space, ["language"])
    other: Any = Workspace(tmp_path / "other", ANNA)
    other.lake.commit({"posts": posts(SAID), "accounts": accounts()}, source="s", number=0)
    enrich(other, ["language"], processes=1)
    assert labels(space, "language") == labels(other, "language")


def test_an_edited_post_counts_once_and_a_deleted_one_not_at_all(space: Any) -> None:
    edited = posts([("3003", "Stasera il tram è puntuale.", None)], first=2)
    later = pa.array([9])
    edited = edited.set_column(edited.column_names.index("digest"), "digest", pa.array([99]))
    edited = edited.set_column(edited.column_names.index("revision"), "revision", later)
    edited = edited.cast(POSTS)
    deleted = posts([("2002", None, None)], first=1)
    deleted = deleted.set_column(deleted.column_names.index("revision"), "revision", later)
    deleted = deleted.set_column(
        deleted.column_names.index("deleted"), "deleted", pa.array([1], POSTS.field("deleted").type)
    )
    space.lake.commit({"posts": pa.concat_tables([edited, deleted.cast(POSTS)])}, source="s", number=1)
    assert enrich(space, ["language"]).posts == 6


def test_repetition_by_behaviour_is_seen_as_spam(tmp_path: Path) -> None:
    space: Any = Workspace(tmp_path, ANNA)
    offers = [("2002", "Offerta imperdibile, compra subito qui https://x.example/1", None)] * 30
    space.lake.commit({"posts": posts([*SAID, *offers]), "accounts": accounts()}, source="s", number=0)
    enrich(space, ["spam"])
    found = labels(space, "spam")
    assert found[key("x", "2002")]["label"] == "spam"
    assert found[key("x", "1001")]["label"] == "genuine"


def test_what_is_said_for_a_subject_bears_its_name_and_passes_over_its_own_words(space: Any) -> None:
    enrich(space, ["relevance"])
    found = labels(space, "relevance")
    assert sorted(found) == [1, 4]
    assert {row["subject"] for row in found.values()} == {"anna"}
    assert found[1]["label"] == "related"
    assert enrich(space, ["relevance"]).written == {}


def test_equal_texts_are_read_once_and_all_of_them_keep_the_answer(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read, language = [], enrichers()["language"]
    real = type(language).enrich

    def counted(self: Any, batch: pa.RecordBatch) -> pa.RecordBatch:
        read.append(batch.num_rows)
        return real(self, batch)

    monkeypatch.setattr(type(language), "enrich", counted)
    assert enrich(space, ["language"]).written == {"language": 7}
    assert sum(read) == 6
    assert labels(space, "language")[3]["label"] == labels(space, "language")[0]["label"] == "it"


def test_the_instant_mode_never_encodes_a_post(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALORE_POLARITY", "instant")
    done = enrich(space)
    assert {"language", "polarity", "near_duplicate", "actor", "spam"} == {*done.written} - {"automation"}
    assert labels(space, "polarity")[1]["version"].endswith(".0")


def test_another_version_of_a_model_reads_again(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    enrich(space, ["language"])
    monkeypatch.setattr(type(enrichers()["language"]), "version", "language@99")
    assert enrich(space, ["language"]).written == {"language": 7}
    assert enrich(space, ["language"]).written == {}
