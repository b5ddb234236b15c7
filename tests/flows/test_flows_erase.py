"""Who is erased is gone byte for byte, does not come back, and leaves the others as if they had never been there."""

import re
import stat
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from tests.flows import erasing
from tests.flows.erasing import CANARIES, HANDLE, ID, NAME, WORDS, archive, canaries, carla, filled, home, others, take

from valore.errors import ConsentMissing, LeaseTaken, SettingsError, StoreError, UnknownName
from valore.flows import enriching
from valore.flows import erase as flow
from valore.flows._doomed import account
from valore.flows._suppressed import KEY_FILE
from valore.flows.enriching import enrich
from valore.flows.erase import erase, proofs, replay, resume
from valore.flows.linking import confirm
from valore.flows.measuring import measure
from valore.flows.space import LABELS, Space, open_space
from valore.flows.subjects import declare
from valore.lake import locked
from valore.model.batch import Gather
from valore.model.estimate import Estimate
from valore.model.keys import key
from valore.model.reading import Reading
from valore.model.records import Account, Post, Record
from valore.model.subject import AccountRef
from valore.state import Pending


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return filled(tmp_path)


def facts(space: Space) -> dict[str, list[dict[str, object]]]:
    """Everything in the lake but where it came from."""
    shot = space.lake.snapshot()
    apart = {"source", "edition", "file"}
    return {
        name: sorted(
            shot.table(name).drop_columns([c for c in apart if c in shot.table(name).column_names]).to_pylist(), key=str
        )
        for name in ("posts", "accounts", "interactions", "observations")
    }


def contents(space: Space) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in space.folder.rglob("*") if path.is_file() and path.stat().st_size}


def texts(space: Space) -> list[str]:
    return [str(text) for text in space.lake.snapshot().table("posts", ["text"])["text"].to_pylist()]


def test_no_byte_of_an_erased_person_is_left_anywhere_in_the_home(space: Space) -> None:
    assert len(canaries(space.home)) > 10
    erase(space, "carla")
    assert canaries(space.home) == {}


def test_a_bigger_model_that_cannot_be_opened_keeps_nobody_from_being_erased(
    space: Space, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    enrich(space, ["near_duplicate"])
    monkeypatch.setenv("VALORE_POLARITY", f"hub:{tmp_path / 'gone'}")
    erase(space, "carla")
    assert canaries(space.home) == {}


def test_the_words_of_others_stay_without_the_handle(space: Space) -> None:
    before = texts(space)
    erase(space, "carla")
    after = texts(space)
    assert len(after) == len(before) - 46
    assert "… hai visto Lume? ciao …" in after
    assert "come dice …, Lume scalda" in after
    assert "letto su https://x.com/… di Lume" in after
    assert "@carlakana non c'entra, Lume sì" in after


def test_profiles_of_others_do_not_lead_to_her_any_more(space: Space) -> None:
    erase(space, "carla")
    found = owned(space)
    assert found == {"607": (["https://amico7.example"], None), "608": (["https://x.com/carlakana"], None)}
    again = Account(
        "x", "607", "/7", seen=on_day(1), links=("https://lume.example",), aliases=(f"https://x.com/{HANDLE}",)
    )
    take(space, "later.csv", [again], b"later")
    assert owned(space)["607"] == (["https://lume.example"], None)


def owned(space: Space) -> dict[str, tuple[object, object]]:
    """What accounts give as their own, by id."""
    rows = (
        space.lake.snapshot().table("accounts", ["id", "links", "aliases", "revision"]).sort_by("revision").to_pylist()
    )
    return {r["id"]: (r["links"], r["aliases"]) for r in rows if r["links"] or r["aliases"]}


def test_a_dry_run_counts_and_changes_nothing(space: Space) -> None:
    before = contents(space)
    told = erase(space, "carla", dry_run=True)
    assert told.dry_run
    assert told.rows == {"posts": 46, "accounts": 3, "interactions": 5, "observations": 46, "faults": 1}
    assert told.masked == {"posts": 3, "accounts": 2}
    assert (told.originals, told.mixed, told.files, told.imports) == (1, 1, 5, 1)
    assert contents(space) == before
    assert erase(space, "carla").counts() == told.counts()


def test_originals_with_rows_of_others_go_and_their_facts_stay(space: Space) -> None:
    names = {record.sha256: record.name for record in space.imports()}
    erase(space, "carla")
    assert [names[sha] for sha in space.lake.kept()] == ["bruno.csv"]
    assert {record.name for record in space.imports()} == {"mentions.csv", "bruno.csv"}


def test_reports_that_show_her_go_and_others_stay(space: Space) -> None:
    erase(space, "carla")
    left = sorted(str(p.relative_to(space.folder)) for p in (space.folder / "reports").rglob("*.*"))
    assert left == ["reports/nitida/report.html", "reports/nitida/report.pdf"]
    assert not (space.folder / "rejects.csv").exists()


def test_what_is_left_is_a_proof_that_names_nobody(space: Space) -> None:
    erase(space, "carla")
    (proof,) = proofs(space)
    assert proof.finished is not None
    assert (proof.what, proof.counts["posts"], proof.counts["mixed originals"]) == ("subject", 46, 1)
    assert space.desk.erasures.pending() == ()
    _, what, about, _ = space.desk.audit()[-1]
    assert what == "erased"
    assert "mixed originals 1" in about


def test_reviews_go_with_their_posts_and_with_their_subject(space: Space) -> None:
    erase(space, "carla")
    assert [review.post for review in space.desk.reviews.latest("lume")] == [key("x", "p2000")]
    assert [s.slug for s in space.subjects()] == ["lume"]


def test_the_same_archive_does_not_bring_her_back(space: Space) -> None:
    erase(space, "carla")
    before = facts(space)
    left = take(space, "backup.zip", carla(), archive() + b" ")
    assert left == {"posts": 40, "interactions": 5, "observations": 40, "accounts": 1}
    assert facts(space) == before


def test_another_export_with_everybody_brings_back_the_others_alone(space: Space) -> None:
    erase(space, "carla")
    before = facts(space)
    more: list[Record] = [
        erasing.post(900, f"@{HANDLE}", f"{WORDS} altrove"),
        erasing.post(901, "605", f"ciao @{HANDLE}"),
    ]
    left = take(space, "later.csv", [*others(), *carla(50, 2), *more], b"later")
    assert left["posts"] == 5
    after = facts(space)
    assert next(row for row in after["posts"] if row not in before["posts"])["text"] == "ciao …"
    assert len(after["posts"]) == len(before["posts"]) + 1
    assert canaries(space.folder / "lake") == {}


def test_a_handle_alone_is_enough_to_be_erased_and_to_stay_away(tmp_path: Path) -> None:
    space = home(tmp_path)
    take(space, "all.csv", [*others(), *carla()], b"all")
    told = erase(space, f"x:@{HANDLE.upper()}")
    assert told.rows["posts"] == 40
    assert canaries(space.folder) == {}
    assert take(space, "again.csv", [*others(), *carla()], b"again")["posts"] == 40
    assert [s.slug for s in space.subjects()] == ["lume", "carla"], "an account is not a subject"


def test_accounts_that_people_link_to_a_person_go_as_well(space: Space) -> None:
    other = erasing.post(700, "carla-altrove", f"{WORDS} anche qui")._replace(place="mastodon")
    take(space, "mastodon.json", [other], b"mastodon", place="mastodon")
    confirm(space, f"x:{ID}", "mastodon:carla-altrove", by="Anna")
    assert erase(space, "carla").rows["posts"] == 47
    assert canaries(space.home, [*CANARIES, b"carla-altrove"]) == {}


def test_who_took_over_a_handle_is_somebody_else(tmp_path: Path) -> None:
    space = home(tmp_path)
    old = Account("x", "8800112233", "/1", handle="fiore", seen=on_day(1))
    renamed = old._replace(handle="foglia", seen=on_day(5))
    new = Account("x", "9900112233", "/2", handle="fiore", seen=on_day(9))
    take(space, "a.csv", [old, renamed, new, erasing.post(1, "9900112233", "io sono un'altra")], b"a")
    assert account(space, AccountRef("x:8800112233")).handles == ("foglia",)
    assert account(space, AccountRef("x:@fiore")).ids == ("9900112233",)
    assert erase(space, "x:8800112233", dry_run=True).rows == {"accounts": 2}


def on_day(day: int) -> int:
    return erasing.START + day * erasing.DAY


def without(records: Sequence[Record]) -> list[Record]:
    """Leave out what Carla wrote and did, and her handle in what others wrote."""
    theirs = [r for r in records if ID not in (getattr(r, "author", None), getattr(r, "actor", None))]
    return [masked(r) if isinstance(r, Post) else r for r in theirs if not (isinstance(r, Account) and r.id == ID)]


def masked(post: Post) -> Post:
    text = re.sub(f"(?i)@?{HANDLE}", "…", post.text or "")
    return post._replace(text=text, links=tuple(link.replace(HANDLE, "…") for link in post.links))


def test_erasing_and_reading_again_is_as_if_she_had_never_been_there(space: Space, tmp_path: Path) -> None:
    enrich(space)
    with_her = measure(space, "lume")
    erase(space, "carla")
    enrich(space)
    never = home(tmp_path / "never")
    take(never, "mentions.csv", without(others()), b"mentions")
    bruno = [erasing.post(500 + n, "601", f"Lume, ancora {n}") for n in range(5)]
    take(never, "bruno.csv", bruno, b"bruno")
    erase(never, "carla")
    enrich(never)
    one, other = measure(space, "lume"), measure(never, "lume")
    assert numbers(one) != pytest.approx(numbers(with_her), rel=1e-4)
    assert numbers(one) == pytest.approx(numbers(other), rel=1e-6), "equal, but for the order in which models add up"
    assert {c.text for c in one.cards.values()} == {c.text for c in other.cards.values()}
    assert labels(space) == labels(never)


def numbers(reading: Reading) -> dict[str, float]:
    """Every component and lens with both ends of its interval."""
    known = {**reading.components, **{name: result for name, (_, result) in reading.values.items()}}
    made = {name: result for name, result in known.items() if isinstance(result, Estimate)}
    return {f"{n} {end}": getattr(r, end) for n, r in made.items() for end in ("value", "low", "high")}


def labels(space: Space) -> list[tuple[object, ...]]:
    said = space.lake.snapshot().table("annotations", ["about", "enricher", "label", "other"])
    return sorted((tuple(row.values()) for row in said.to_pylist()), key=str)


def test_an_import_is_undone_whole_and_may_be_read_again(space: Space) -> None:
    mixed = next(r for r in space.imports() if r.name == "mentions.csv")
    told = erase(space, source=mixed.source)
    assert (told.what, told.imports, told.originals, told.again) == ("import", 1, 1, 2)
    assert "Una lampada nuova per leggere la sera, 1" not in texts(space)
    assert {r.name: r.again for r in space.imports()} == {f"{HANDLE}-2025.zip": True, "bruno.csv": True}
    take(space, "mentions.csv", others(), b"mentions")
    assert "Una lampada nuova per leggere la sera, 1" in texts(space)


def test_undoing_an_import_takes_what_it_told_of_accounts(tmp_path: Path) -> None:
    """Bruno is still named by another import: his id stays, what the wrong file said of him does not."""
    space = home(tmp_path)
    take(space, "wrong.csv", [Account("x", "601", "/1", handle="bruno", name=WORDS)], b"wrong")
    take(space, "right.csv", [erasing.post(1, "601", "Lume")], b"right")
    (wrong, _) = space.imports()
    erase(space, source=wrong.source)
    (row,) = space.lake.snapshot().table("accounts").to_pylist()
    assert (row["id"], row["handle"], row["name"]) == ("601", None, None)
    assert canaries(space.folder, [WORDS.encode()]) == {}


STEPS = ("forget", "erase", "purge", "close")


@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_cut_short_is_finished_by_the_next(space: Space, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from valore.lake import Lake
    from valore.state.erasures import Erasures

    owner = Lake if step in ("forget", "erase") else Erasures
    monkeypatch.setattr(owner, step, _cut)
    with pytest.raises(KeyboardInterrupt):
        erase(space, "carla")
    monkeypatch.undo()
    (waiting,) = space.desk.erasures.pending()
    assert isinstance(waiting, Pending)
    again = open_space(space.home)
    assert resume(again) == 1
    assert canaries(again.home) == {}
    assert proofs(again)[0].finished is not None
    assert resume(again) == 0


def _cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_key_of_the_list_is_for_its_owner_and_never_in_the_database(space: Space) -> None:
    erase(space, "carla")
    path = space.home / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    needles = (path.read_bytes(), bytes.fromhex(path.read_text()))
    assert canaries(space.home, needles) == {KEY_FILE: [path.read_bytes()]}


def test_without_its_key_nothing_is_imported(space: Space) -> None:
    erase(space, "carla")
    (space.home / KEY_FILE).unlink()
    with pytest.raises(StoreError, match=r"suppression\.key"):
        take(space, "again.zip", carla(), archive())


def test_who_came_back_by_another_way_is_found(space: Space) -> None:
    erase(space, "carla")
    gather = Gather("restored")
    for record in carla():
        gather.add(record, "old.js")
    space.lake.commit(gather.take(), source="restored", number=0)
    told = replay(space)
    assert told is not None
    assert (told.what, told.rows["posts"]) == ("return", 40)
    assert canaries(space.home) == {}
    assert replay(space) is None


def test_nobody_is_erased_while_an_import_runs(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PATIENCE", 0.05)
    with locked(space.folder / "import.lock", wait=1), pytest.raises(LeaseTaken):
        erase(space, "carla")


def test_what_cannot_be_meant_is_refused(space: Space) -> None:
    with pytest.raises(UnknownName):
        erase(space, "nobody")
    with pytest.raises(UnknownName):
        erase(space, source="00ff")
    with pytest.raises(SettingsError):
        erase(space, "X: anna")


def test_a_person_who_was_erased_can_be_measured_no_more(space: Space) -> None:
    erase(space, "carla")
    with pytest.raises(UnknownName):
        measure(space, "carla")
    declare(space, "carla", name="Carla")
    with pytest.raises(ConsentMissing):
        measure(space, "carla")


def test_a_second_erasure_finds_nothing(space: Space) -> None:
    erase(space, f"x:{ID}")
    assert not erase(space, f"x:{ID}", dry_run=True).anything


def test_canaries_are_looked_for_where_they_were(space: Space) -> None:
    """The search itself can fail: each canary stands in the lake, the state, an original and a report."""
    found = canaries(space.home)
    kinds = {path.split("/")[2] if path.startswith("workspaces") else path for path in found}
    assert {"lake", "originals", "reports", "rejects.csv"} <= kinds
    assert any(path.startswith("state.db") for path in found)
    assert {needle for needles in found.values() for needle in needles} == set(CANARIES)
    assert NAME.encode() in CANARIES
    assert isinstance(space.lake.snapshot().table("posts"), pa.Table)


def test_nobody_is_erased_while_posts_are_being_labelled(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """A label that comes after its post is gone would stay."""
    monkeypatch.setattr(flow, "PATIENCE", 0.05)
    monkeypatch.setattr(enriching, "PATIENCE", 0.05)
    with locked(space.lake.root / LABELS, wait=1, shared=True), pytest.raises(LeaseTaken):
        erase(space, "carla")
    with locked(space.lake.root / LABELS, wait=1), pytest.raises(LeaseTaken):
        enrich(space)
