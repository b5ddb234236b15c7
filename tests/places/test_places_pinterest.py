"""Pinterest: what somebody pinned of their own, and nothing of what lies beside it."""

from pathlib import Path

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record
from valore.model.time import instant
from valore.places import pinterest
from valore.places.pinterest import PLUGIN
from valore.trust.archive import open_export

SAMPLE = Path(__file__).parents[1] / "samples" / "pinterest" / "pages-en"
PAGE = SAMPLE / "pins" / "0001.html"


def _raws(path: Path, since: Cursor | None = None) -> list[Raw | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return list(PLUGIN.read(export, match, since))


def _read(path: Path = SAMPLE) -> list[Record | Fault]:
    return [
        r
        for raw in _raws(path)
        if not isinstance(raw, Cursor)
        for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
    ]


def _posts(path: Path = SAMPLE) -> dict[str, Post]:
    return {r.id: r for r in _read(path) if isinstance(r, Post)}


def _changed(folder: Path, old: str, new: str) -> list[tuple[str, str]]:
    text = PAGE.read_text(encoding="utf-8")
    assert old in text
    path = folder / "0001.html"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [(f.where.pointer, f.reason) for f in _read(path) if isinstance(f, Fault)]


def test_a_pin_is_its_words_picture_and_link() -> None:
    post = _posts()["1001"]
    assert post.text == "Carta, città, perché no? #tipografia & altro 🎉\nSeconda riga, con virgole"
    assert (post.title, post.kind, post.media) == ("La copertina", "Image", 1)
    assert (post.links, post.tags) == (("https://lume.example/carta?a=1&b=2",), ("tipografia",))
    assert (post.author, post.url) == ("@annaferri", "https://www.pinterest.com/pin/1001/")
    assert (post.published, post.visibility) == (instant("2024-03-04T09:00:00Z"), "public")


def test_what_is_not_said_is_missing() -> None:
    post = _posts()["1002"]
    assert (post.text, post.title, post.links) == ("رائع", None, ())


def test_a_moving_picture_is_a_video() -> None:
    assert (_posts()["1003"].kind, _posts()["1003"].text) == ("Video", None)


def test_a_repin_says_not_whose_it_is() -> None:
    assert [(f.where.pointer, f.reason) for f in _read() if isinstance(f, Fault)] == [("/pins/3", "no_author")]


def test_secret_and_deleted_pins_other_sections_and_addresses_stay_closed() -> None:
    assert set(_posts()) == {"1001", "1002", "1003"}
    raws = repr(_raws(SAMPLE))
    assert "parole riservate" not in raws
    assert "192.0.2.7" not in raws
    assert "chissà chi" not in raws
    with open_export(SAMPLE) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.skipped == {"profile/0001.html": "private"}


def test_the_account_is_told_once() -> None:
    (account,) = [r for r in _read() if isinstance(r, Account)]
    assert (account.id, account.url) == ("@annaferri", "https://www.pinterest.com/annaferri/")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Created at: 2024/03/04 09:00:00", "Created at: No data", ("/pins/0", "no_date")),
        ("Created at: 2024/03/04 09:00:00", "Created at: ieri", ("/pins/0", "bad_date")),
        ("Username: AnnaFerri", "Username: No data", ("/pins/0", "no_author")),
        ("<br>Private: False<br><br>\n<a", "<br><br>\n<a", ("/pins/0", "bad_shape")),
    ],
)
def test_a_pin_without_what_it_needs_is_a_fault(old: str, new: str, fault: tuple[str, str], tmp_path: Path) -> None:
    assert fault in _changed(tmp_path, old, new)


@pytest.mark.parametrize("share", range(2, 9))
def test_a_page_cut_anywhere_gives_its_beginning(share: int, tmp_path: Path) -> None:
    whole = PAGE.read_bytes()
    path = tmp_path / "0001.html"
    path.write_bytes(whole[: len(whole) * share // 9])
    found = _read(path)
    assert {repr(r) for r in found if not isinstance(r, Fault)} <= {repr(r) for r in _read()}


def test_a_pin_cut_before_it_says_who_may_see_it_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "0001.html"
    path.write_bytes(PAGE.read_bytes().partition(b"<br>Private")[0])
    (fault,) = _read(path)
    assert isinstance(fault, Fault)
    assert fault.reason == "truncated"


def test_reading_goes_on_inside_a_long_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinterest, "_MANY", 2)
    whole = _raws(SAMPLE)
    stops = [(n, c) for n, c in enumerate(whole) if isinstance(c, Cursor)]
    assert len(stops) == 3
    for at, stop in stops:
        pins = [r for r in _raws(SAMPLE, stop) if isinstance(r, Raw) and r.kind == "pin"]
        assert pins == [r for r in whole[at:] if isinstance(r, Raw) and r.kind == "pin"]
