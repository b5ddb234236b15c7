"""The documentation exists in Italian as an equal: nothing is missing, doubtful or left over."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LITERAL = re.compile(r"`[^`]+`|\]\([^)]+\)")
WORD = re.compile(r"\b[a-z]{2,}\b")
HINT = "run `python docs/locale/update.py`, then translate what it lists"


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_locale_update", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UPDATE = loaded(ROOT / "docs" / "locale" / "update.py")


@pytest.fixture(scope="module")
def sources() -> dict[str, set[str]]:
    return {page: {str(m.id) for m in messages} - {""} for page, messages in UPDATE.templates().items()}


@pytest.fixture(scope="module")
def italian() -> dict[str, dict[str, Any]]:
    return {page: {str(m.id): m for m in messages if m.id} for page, messages in UPDATE.catalogues().items()}


def test_every_page_has_a_catalogue_and_no_catalogue_outlives_its_page(
    sources: dict[str, set[str]], italian: dict[str, dict[str, Any]]
) -> None:
    assert {"index", "tutorial", "method", "python", "models/index"} <= sources.keys()
    assert italian.keys() == sources.keys(), HINT


def test_every_message_is_translated_and_none_is_stale(
    sources: dict[str, set[str]], italian: dict[str, dict[str, Any]]
) -> None:
    missing = [(page, text) for page, texts in sources.items() for text in texts if text not in italian.get(page, {})]
    stale = [(page, text) for page, texts in italian.items() for text in texts if text not in sources.get(page, ())]
    waiting = [(page, text) for page, texts in italian.items() for text, m in texts.items() if m.fuzzy or not m.string]
    assert not missing, HINT
    assert not stale, HINT
    assert not waiting, HINT


def test_a_translation_keeps_the_code_and_the_links_of_its_source(italian: dict[str, dict[str, Any]]) -> None:
    changed = [
        (page, text)
        for page, texts in italian.items()
        for text, m in texts.items()
        if Counter(LITERAL.findall(text)) != Counter(LITERAL.findall(m.string))
    ]
    assert not changed


def test_prose_is_not_left_in_english(italian: dict[str, dict[str, Any]]) -> None:
    same = [(page, text) for page, texts in italian.items() for text, m in texts.items() if m.string == text]
    assert not [(page, text) for page, text in same if len(WORD.findall(LITERAL.sub("", text))) > 3]


def test_the_italian_pages_build_without_a_warning(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", docs, ignore=shutil.ignore_patterns("_build", "*.mo"))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "dummy", "-D", "language=it"]
    built = subprocess.run([*command, str(docs), str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr


def test_both_readmes_show_the_same_commands_and_lead_to_the_same_pages() -> None:
    english, italiano = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.it.md"))
    assert commands(english) == commands(italiano)
    assert links(english) - {"README.it.md"} == links(italiano) - {"README.md"}
    assert "README.it.md" in links(english)
    assert "README.md" in links(italiano)


def commands(readme: str) -> list[str]:
    return [line.split("#")[0].strip() for line in readme.splitlines() if line.startswith("./run")]


def links(readme: str) -> set[str]:
    return set(re.findall(r"\]\(([^)]+)\)", readme))
