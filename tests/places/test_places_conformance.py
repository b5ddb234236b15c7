"""What every place promises, tried on all of them: a new place and a new sample are found by themselves.

A sample is a folder `tests/samples/<place>/<case>`, one export of that place, invented. Where
recorded samples of real places lie beside the project, they are tried too.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valore.errors import ValoreError
from valore.model.records import TABLE_OF, Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Rows
from valore.model.source import Export, Match, Member
from valore.places import Place, places
from valore.trust._export import Opened
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples"
SHARED = Path(__file__).parents[3] / "shared" / "samples"
PLACES = places()
CASES = sorted(p for p in SAMPLES.glob("*/*") if p.parent.name in PLACES and not p.name.startswith("."))
LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
CODES = {"private", "media", "not_needed", "unknown"}

every_sample = pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.parent.name}-{c.name}")


class Memory(Opened):
    """An export held in memory, which remembers what was opened."""

    def __init__(self, files: dict[str, bytes], name: str = "export") -> None:
        self.name, self.files, self.opened = name, files, set[str]()
        self.members = tuple(Member(n, len(d), None) for n, d in files.items())

    def open(self, member: str) -> BinaryIO:
        self.opened.add(member)
        return io.BytesIO(self.files[member])


def _files(case: Path) -> dict[str, bytes]:
    found = sorted(p for p in case.rglob("*") if p.is_file()) if case.is_dir() else [case]
    return {(p.relative_to(case).as_posix() if case.is_dir() else p.name): p.read_bytes() for p in found}


def _matches(export: Export) -> dict[str, Match]:
    return {name: match for name, place in PLACES.items() if (match := place.sniff(export)) is not None}


def _read(place: Place, export: Export, match: Match, since: Cursor | None = None) -> Iterator[Record | Fault | Cursor]:
    for raw in place.read(export, match, since):
        if isinstance(raw, Raw):
            yield from place.normalise(raw)
        else:
            yield raw


def _flat(found: Iterator[Record | Fault | Cursor]) -> Iterator[dict[str, Any]]:
    """Yield records as plain fields, with the name of their table; faults and cursors are left out."""
    for record in found:
        if isinstance(record, Rows):
            yield from ({"table": record.table, **_whole(record.table, row)} for row in record.batch.to_pylist())
        elif isinstance(record, Post | Account | Interaction | Observation):
            yield {"table": f"{type(record).__name__.lower()}s", **record._asdict()}


def _whole(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a table as the record by itself would be: what is left out says nothing."""
    kind: Any = next(k for k, name in TABLE_OF.items() if name == table)
    told = {name: _as_told(value) for name, value in row.items()}
    return {**dict.fromkeys(kind._fields), **kind._field_defaults, **told}


def _as_told(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return tuple(value) if isinstance(value, list) else value


def _place(case: Path) -> Place:
    return PLACES[case.parent.name]


def _all(case: Path, export: Export) -> list[dict[str, Any]]:
    place = _place(case)
    match = place.sniff(export)
    assert match is not None
    return list(_flat(_read(place, export, match)))


def _content(records: list[dict[str, Any]]) -> set[str]:
    """Return records as comparable texts, without where and when they were read."""
    return {repr({k: v for k, v in r.items() if k not in ("pointer", "seen")}) for r in records}


def test_every_place_has_a_sample() -> None:
    assert set(PLACES) == {case.parent.name for case in CASES}


@every_sample
def test_exactly_one_place_is_surest(case: Path) -> None:
    with open_export(case) as export:
        matches = _matches(export)
    assert case.parent.name in matches
    mine = matches.pop(case.parent.name)
    assert 0 < mine.certainty <= 1
    assert all(other.certainty < mine.certainty for other in matches.values())


@every_sample
def test_every_member_is_either_read_or_skipped_with_a_reason(case: Path) -> None:
    export = Memory(_files(case))
    match = _place(case).sniff(export)
    assert match is not None
    assert set(match.members) | set(match.skipped) == set(export.files)
    assert not set(match.members) & set(match.skipped)
    assert set(match.skipped.values()) <= CODES


@every_sample
def test_nothing_is_opened_but_what_was_announced(case: Path) -> None:
    """Private messages, contacts, addresses and ads stay closed."""
    export = Memory(_files(case))
    match = _place(case).sniff(export)
    assert match is not None
    export.opened.clear()
    list(_read(_place(case), export, match))
    assert export.opened <= set(match.members)


@every_sample
def test_no_record_repeats_words_that_are_private(case: Path) -> None:
    assert "parole riservate" not in repr(_all(case, Memory(_files(case))))


@every_sample
def test_every_record_has_place_id_time_and_author(case: Path) -> None:
    for record in _all(case, Memory(_files(case))):
        assert record["place"], record
        assert isinstance(record["pointer"], str), record
        if record["table"] == "posts":
            assert record["id"], record
            assert record["author"], record
            assert record["published"] is not None, record
        elif record["table"] == "interactions":
            assert record["actor"], record
            assert record["target"] or record["target_author"], record
        else:
            assert record["id"], record


@every_sample
def test_one_edition_of_a_post_has_one_content(case: Path) -> None:
    """Else the state would depend on the order in which files are read."""
    editions: dict[tuple[Any, ...], set[str]] = {}
    for record in _all(case, Memory(_files(case))):
        if record["table"] == "posts":
            moment = max(filter(None, (record["published"], record.get("updated"), record.get("deleted"))))
            editions.setdefault((record["id"], moment), set()).update(_content([record]))
    assert all(len(contents) == 1 for contents in editions.values())


@every_sample
def test_reading_twice_is_reading_once(case: Path) -> None:
    with open_export(case) as export:
        assert _all(case, export) == _all(case, export)


@every_sample
def test_an_archive_says_the_same_as_its_folder_whatever_the_order_of_its_members(case: Path, tmp_path: Path) -> None:
    packed = tmp_path / f"{case.name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in reversed(_files(case).items()):
            archive.writestr(name, data)
    with open_export(case) as folder, open_export(packed) as zipped:
        one, other = _all(case, folder), _all(case, zipped)
    assert len(one) == len(other)
    assert _named_alike(one, case) == _named_alike(other, packed)


def _named_alike(records: list[dict[str, Any]], path: Path) -> set[str]:
    """An archive that does not name its owner lends its own name: that one differs."""
    return {r.replace(path.name, "NAME").replace(path.stem, "NAME") for r in _content(records)}


@every_sample
def test_reading_on_from_a_cursor_gives_the_rest(case: Path) -> None:
    place, export = _place(case), Memory(_files(case))
    match = place.sniff(export)
    assert match is not None
    whole = list(_read(place, export, match))
    everything = _content(list(_flat(iter(whole))))
    for at, cursor in enumerate(whole):
        if isinstance(cursor, Cursor):
            before = _content(list(_flat(iter(whole[:at]))))
            after = _content(list(_flat(_read(place, export, match, cursor))))
            assert before | after == everything


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["facebook", "instagram", "googleplus", "youtube"])
def test_exports_are_recognised_in_every_language(name: str, language: str) -> None:
    cases = [c for c in CASES if c.parent.name == name and language in c.name.split("-")]
    assert cases, f"no sample of {name} in {language}"
    for case in cases:
        assert any(r["table"] == "posts" for r in _all(case, Memory(_files(case))))


def _survives(files: dict[str, bytes]) -> None:
    """Whatever the bytes, a place recognises or not, yields records and faults, or ends with a typed error."""
    export = Memory(files)
    for place in PLACES.values():
        try:
            match = place.sniff(export)
            if match is not None:
                found = list(_read(place, export, match))
                assert all(isinstance(f.reason, str) for f in found if isinstance(f, Fault))
        except ValoreError:
            continue  # typed: a person is told what to do


def _broken(data: bytes, chance: st.DataObject) -> bytes:
    """Cut the bytes, flip some of them, or both."""
    how = chance.draw(st.sampled_from(["cut", "flip", "both", "swap", "insert"]))
    if how in ("cut", "both"):
        data = data[: chance.draw(st.integers(0, max(len(data) - 1, 0)))]
    if how in ("flip", "both") and data:
        flipped = bytearray(data)
        for at in chance.draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=4)):
            flipped[at] ^= 1 << chance.draw(st.integers(0, 7))
        data = bytes(flipped)
    if how == "swap" and data:
        old, new = chance.draw(st.sampled_from(_SWAPS))
        data = data.replace(old, new, chance.draw(st.sampled_from([-1, 1, 2])))
    if how == "insert":
        at = chance.draw(st.integers(0, len(data)))
        data = data[:at] + chance.draw(st.sampled_from(_TOKENS)) + data[at:]
    return data


_TOKENS = (
    b"null",
    b"{}",
    b"[]",
    b"1e999",
    b'"',
    b"\\ud800",
    b"\x00",
    b"<",
    b"&x;",
    b"9" * 30,
    b"true",
    b"[[",
    b"}}",
    b"]",
)


_SWAPS = [
    (b'"', b"'"),
    (b"{", b"["),
    (b": [", b": {"),
    (b'": "', b'": 7, "'),
    (b"[]", b"null"),
    (b"0", b"9" * 20),
    (b"20", b"99"),
    (b"\n", b""),
    (b"true", b"[1]"),
    (b"null", b"{}"),
    (b"<", b"&lt;"),
    (b">", b"><x>"),
    (b"a", b"\xff"),
    (b"e", b"\\ud83d"),
    (b" ", b"\x00"),
]


@pytest.mark.parametrize("name", sorted(PLACES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.data())
def test_broken_files_give_faults_or_a_typed_error_and_never_a_traceback(name: str, chance: st.DataObject) -> None:
    case = chance.draw(st.sampled_from([c for c in CASES if c.parent.name == name]))
    files = dict(_files(case))
    victim = chance.draw(st.sampled_from(sorted(files)))
    files[victim] = _broken(files[victim], chance)
    _survives(files)


@pytest.mark.parametrize("shift", range(8))
def test_a_file_cut_anywhere_gives_its_beginning(shift: int) -> None:
    """Complete records before the cut are kept, and the cut is told."""
    for name, cut_from in (("x", "data/tweets.js"), ("mastodon", "outbox.json")):
        case = next(c for c in CASES if c.parent.name == name and cut_from in _files(c))
        files = dict(_files(case))
        whole = _content(_all(case, Memory(files)))
        cut = len(files[cut_from]) * (shift + 1) // 9
        files[cut_from] = files[cut_from][:cut]
        export = Memory(files)
        match = PLACES[name].sniff(export)
        assert match is not None
        found = list(_read(PLACES[name], export, match))
        assert _content(list(_flat(iter(found)))) <= whole
        assert [f.reason for f in found if isinstance(f, Fault)] == ["truncated"]


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"no recorded samples here: {name}")
    return folder


def _recognised(path: Path) -> tuple[str, list[Record | Fault | Cursor]] | None:
    with open_export(path) as export:
        matches = _matches(export)
        if not matches:
            return None
        ranked = sorted(matches, key=lambda n: -matches[n].certainty)
        assert len(ranked) < 2 or matches[ranked[0]].certainty > matches[ranked[1]].certainty, path.name
        return ranked[0], list(_read(PLACES[ranked[0]], export, matches[ranked[0]]))


@pytest.mark.parametrize(
    ("sample", "name", "check"),
    [
        ("x-archive", "x", lambda found: any(isinstance(r, Account) for r in found)),
        ("activitypub-snac", "mastodon", lambda found: sum(isinstance(r, Post) for r in found) == 20),
        ("activitypub-snac/anna.rss", "feed", lambda found: sum(isinstance(r, Post) for r in found) == 20),
        ("instagram-dyi/demo-instagram.zip", "instagram", lambda found: any(isinstance(r, Post) for r in found)),
    ],
)
def test_recorded_archives_are_recognised(sample: str, name: str, check: Callable[[list[Any]], bool]) -> None:
    found = _recognised(_shared(sample))
    assert found is not None
    assert found[0] == name
    assert check(found[1])


def test_every_recorded_feed_gives_records_or_faults() -> None:
    strangers, silent = [], []
    feeds = [p for p in sorted(_shared("feeds-feedparser").rglob("*")) if p.suffix in (".xml", ".json")]
    assert len(feeds) > 400
    for path in feeds:
        found = _recognised(path)
        if found is None or found[0] != "feed":
            strangers.append(path.name)
        elif not [f for f in found[1] if not isinstance(f, Cursor)]:
            silent.append(path.name)
    assert strangers == ["rss_empty_document.xml"]
    assert silent == []
