"""The whole way in, on either database: what the flows do must not depend on it."""

from pathlib import Path

import pytest

from valore.flows.importing import import_files
from valore.flows.space import create, open_space, workspaces
from valore.flows.subjects import consent, load
from valore.model.subject import Kind

FILE = """
[[subject]]
slug = "anna"
kind = "person"
name = "Anna Ferri"
accounts = ["x:1001"]
peers = ["lume"]
[[subject]]
slug = "lume"
kind = "brand"
"""


def test_the_way_in_is_the_same_on_both_databases(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    home, said, mentions = tmp_path / "home", tmp_path / "workspace.toml", tmp_path / "mentions.csv"
    said.write_text(FILE)
    lines = [f"{n},{n % 3},2015-02-{n + 1:02d}T10:00:00Z,Lume è bella {n}" for n in range(20)]
    mentions.write_text("post_id,author_id,created_at,text\n" + "\n".join(lines) + "\n")
    space = load(create(home, "lume"), said)
    consent(space, "anna", given=True, by="Anna Ferri")
    assert import_files(space, [mentions]).stored["posts"] == 20
    assert import_files(space, [mentions]).files[0].known
    again = open_space(home)
    assert [s.kind for s in again.subjects()] == [Kind.PERSON, Kind.BRAND]
    assert again.subject("anna").peers == ("lume",)
    assert workspaces(home) == ("lume",)
    (record,) = again.imports()
    assert record.finished is not None
    assert again.lake.original(record.sha256).read_bytes() == mentions.read_bytes()
