"""Workspaces: made once, opened by name, never outside their folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.errors import SettingsError, UnknownName
from valore.flows.space import SLUG, check_slug, create, open_space, workspaces


def test_a_workspace_is_opened_as_it_was_made(tmp_path: Path) -> None:
    made = create(tmp_path, "lume", title="Studio Ponte: Lume", language="it", timezone="Europe/Rome")
    assert open_space(tmp_path, "lume") == made
    assert made.folder == tmp_path / "workspaces" / "lume"
    assert (made.folder / "lake").is_dir()


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    made = create(tmp_path, "lume", title="Studio Ponte: Lume")
    assert create(tmp_path, "lume", title="Somebody else", language="en") == made


def test_the_only_workspace_needs_no_name(tmp_path: Path) -> None:
    made = create(tmp_path, "lume")
    assert open_space(tmp_path) == made
    create(tmp_path, "nitida")
    assert workspaces(tmp_path) == ("lume", "nitida")
    with pytest.raises(SettingsError, match="say which: lume, nitida"):
        open_space(tmp_path)


def test_what_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    for name in (None, "lume"):
        with pytest.raises(SettingsError, match="valore init"):
            open_space(home, name)
    assert workspaces(home) == ()
    assert not home.exists()
    create(tmp_path, "lume")
    with pytest.raises(UnknownName, match="no workspace called 'luna'; there are: lume"):
        open_space(tmp_path, "luna")


@given(st.text(max_size=80) | st.from_regex(r"[./\\a-z~-]{1,8}", fullmatch=True))
def test_a_short_name_never_leads_out_of_its_folder(name: str) -> None:
    try:
        check_slug(name, "workspace")
    except SettingsError:
        return
    folder = Path("/srv/home/workspaces")
    assert (folder / name).resolve().parent == folder.resolve()
    assert name == name.strip() == name.lower()


@pytest.mark.parametrize("name", ["", ".", "..", "../lume", "/etc", "a/b", "a\\b", "Lume", "-lume", "lume\n", "l" * 64])
def test_names_that_are_refused(name: str, tmp_path: Path) -> None:
    assert not SLUG.fullmatch(name)
    with pytest.raises(SettingsError, match="short name"):
        create(tmp_path / "home", name)
    assert not (tmp_path / "home").exists()


def test_zone_and_language_are_checked(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Europe/Atlantide"):
        create(tmp_path, "lume", timezone="Europe/Atlantide")
    with pytest.raises(SettingsError, match="Italian"):
        create(tmp_path, "lume", language="Italian")


def test_nothing_was_judged_yet_and_the_table_still_has_its_columns(tmp_path: Path) -> None:
    empty = create(tmp_path, "lume").reviews("anna")
    assert empty.num_rows == 0
    assert empty.column_names == ["post", "author", "label", "probability"]
