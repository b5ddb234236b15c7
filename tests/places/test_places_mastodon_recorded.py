"""Mastodon's kin: what a real server wrote is read whole, and its lists of people stay closed."""

from collections import Counter
from pathlib import Path

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw
from valore.places.mastodon import PLUGIN
from valore.trust.archive import open_export

SHARED = Path(__file__).parents[3] / "shared" / "samples"


def _shared() -> Path:
    path = SHARED / "activitypub-snac"
    if not path.exists():
        pytest.skip("no recorded samples here: activitypub-snac")
    return path


def test_an_archive_with_its_companions_is_read_whole() -> None:
    with open_export(_shared()) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)]
    found = [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]
    assert Counter(type(r) for r in found) == {Post: 20, Account: 1}
    assert not [r for r in found if isinstance(r, Fault)]
    closed = {name for name, code in match.skipped.items() if code == "private"}
    assert closed == {"blocked_accounts.csv", "bookmarks.csv", "following_accounts.csv", "lists.csv"}
