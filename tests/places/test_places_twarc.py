"""twarc's lines: recognised by their keys, read one by one, in every shape that was recorded."""

import gzip
import json
from pathlib import Path

import pytest

from valore.errors import SourceError
from valore.model.records import Cursor, Fault, Interaction, Post, Raw, Record
from valore.places import places
from valore.places.twarc import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "twarc"
_RECORDED = Path(__file__).parents[3] / "shared" / "samples" / "twarc-x-v2"
_PAGE = {
    "data": [{"id": "2001", "author_id": "1001", "text": "Ciao", "created_at": "2022-10-03T17:57:01.000Z"}],
    "__twarc": {"retrieved_at": "2022-12-01T10:00:00+00:00"},
}


def _read(path: Path) -> list[Record | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found = list(PLUGIN.read(export, match))
    return [r for raw in found for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _faults(path: Path) -> list[tuple[str, str]]:
    return [(r.where.pointer, r.reason) for r in _read(path) if isinstance(r, Fault)]


def test_pages_and_flattened_posts_are_told_apart() -> None:
    for case, variant in (("pages-it", "pages"), ("flattened-it", "flattened")):
        with open_export(SAMPLES / case) as export:
            match = PLUGIN.sniff(export)
        assert match is not None
        assert match.variant == variant


def test_one_line_alone_is_a_page_and_not_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "pagina.jsonl"
    path.write_text(json.dumps(_PAGE))
    assert [r.id for r in _read(path) if isinstance(r, Post)] == ["2001"]


def test_packed_lines_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "pagine.jsonl.gz"
    path.write_bytes(gzip.compress(f"{json.dumps(_PAGE)}\n".encode()))
    assert [r.id for r in _read(path) if isinstance(r, Post)] == ["2001"]


def test_a_damaged_packed_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "pagine.jsonl.gz"
    path.write_bytes(gzip.compress(f"{json.dumps(_PAGE)}\n".encode() * 500)[:-20])
    with pytest.raises(SourceError, match=r"pagine\.jsonl\.gz"):
        _read(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("{", "bad_json"), ("[1]", "bad_shape"), ("[" * 100_000, "too_deep"), ("\ufeff?", "bad_json")],
)
def test_a_bad_line_is_a_fault_and_the_next_is_read(line: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "pagine.jsonl"
    path.write_text(f"{json.dumps(_PAGE)}\n\n{line}\n{json.dumps(_PAGE)}\n", "utf-8")
    assert _faults(path) == [("L3", reason)]
    assert sum(isinstance(r, Post) for r in _read(path)) == 2


def test_a_file_that_ends_in_the_middle_says_so(tmp_path: Path) -> None:
    path = tmp_path / "pagine.jsonl"
    path.write_text(f'{json.dumps(_PAGE)}\n{{"data": {{"author_id": "10', "utf-8")
    assert _faults(path) == [("L2", "truncated")]


def test_there_is_a_safe_stop_in_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "pagine.jsonl"
    path.write_text(f"{json.dumps(_PAGE)}\n" * 450, "utf-8")
    assert [r.position for r in _read(path) if isinstance(r, Cursor)] == [
        "pagine.jsonl:200",
        "pagine.jsonl:400",
        "pagine.jsonl",
    ]


@pytest.mark.parametrize("path", sorted(_RECORDED.glob("*.json*")), ids=lambda p: str(p.stem))
def test_recorded_files_are_recognised_and_read(path: Path) -> None:
    """Lists and counts hold no posts: a fault says that there was nothing to read."""
    if not path.stat().st_size:
        with pytest.raises(SourceError, match="is empty"):
            _read(path)
        return
    with open_export(path) as export:
        sure = {n: m.certainty for n, p in places().items() if (m := p.sniff(export)) is not None}
    assert max(sure, key=lambda n: sure[n]) == "twarc"
    found = _read(path)
    assert any(isinstance(r, Post | Interaction) for r in found) == (path.stem not in ("lists", "counts"))
    assert ("truncated" in {r.reason for r in found if isinstance(r, Fault)}) == path.stem.endswith("with_error")


def test_recorded_files_are_here() -> None:
    if not _RECORDED.exists():
        pytest.skip("no recorded samples here: twarc-x-v2")
    assert len(list(_RECORDED.glob("*.json*"))) > 10
