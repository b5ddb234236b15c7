"""The report in a real browser: reachable for everybody, closed to strangers' code, alone in one file."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from valore.model.reading import Reading
from valore.present.language import Words
from valore.present.pages.report import page
from valore.present.render import html

VIOLATIONS = {"resultTypes": ["violations"]}
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("VALORE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("no Chromium: install it (apt-get install chromium) or name it in VALORE_CHROMIUM", pytrace=False)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, brand: Reading, person: Reading, empty: Reading) -> Path:
    out = tmp_path_factory.mktemp("report")
    for language in ("it", "en"):
        for name, reading in (("brand", brand), ("person", person), ("empty", empty)):
            (out / f"{name}.{language}.html").write_text(html.document(page(reading, Words(language))), "utf-8")
    return out


def _context(browser: Browser, theme: str, width: int) -> BrowserContext:
    scheme: Literal["dark", "light"] = "dark" if theme == "dark" else "light"
    return browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["brand.it", "brand.en"])
def test_nothing_stands_in_anybodys_way(browser: Browser, folder: Path, name: str, theme: str, width: int) -> None:
    with _context(browser, theme, width) as context:
        shown = context.new_page()
        shown.goto((folder / f"{name}.html").as_uri())
        found = Axe().run(shown, options=VIOLATIONS)
        assert found.violations_count == 0, found.generate_report()
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"


@pytest.mark.parametrize("name", ["person.it", "empty.en"])
def test_other_reports_are_as_open(browser: Browser, folder: Path, name: str) -> None:
    with _context(browser, "light", 360) as context:
        shown = context.new_page()
        shown.goto((folder / f"{name}.html").as_uri())
        shown.evaluate("[...document.querySelectorAll('details')].slice(0, 3).forEach(d => d.open = true)")
        found = Axe().run(shown, options=VIOLATIONS)
        assert found.violations_count == 0, found.generate_report()


def test_words_of_strangers_do_nothing(browser: Browser, folder: Path) -> None:
    """Scripts, handlers and addresses in posts are shown as the words they are."""
    asked: list[str] = []
    said: list[str] = []
    with browser.new_context() as context:
        shown = context.new_page()
        shown.on("request", lambda r: asked.append(r.url))
        shown.on("console", lambda m: said.append(m.text))
        shown.on("dialog", lambda d: said.append(d.message))
        shown.goto((folder / "brand.it.html").as_uri())
        assert shown.title() == "Lume: Come sta il nostro valore?"
        assert "<script>" in shown.inner_text("#posts")
        assert shown.locator("blockquote script, blockquote svg, blockquote img, a[href^='javascript']").count() == 0
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert said == []


def test_its_own_letters_are_inside(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        shown = context.new_page()
        shown.goto((folder / "brand.it.html").as_uri())
        shown.evaluate("document.fonts.ready")
        assert shown.evaluate("document.fonts.check('500 40px \"Bodoni Moda\"')")
        loaded = shown.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        assert {f.strip('"') for f in loaded} >= {"Bodoni Moda", "Source Sans 3"}


def test_arabic_runs_from_the_right(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        shown = context.new_page()
        shown.goto((folder / "brand.it.html").as_uri())
        direction = shown.evaluate("getComputedStyle(document.querySelector('blockquote[lang=ar]')).direction")
        assert direction == "rtl"


def test_the_first_key_leads_past_the_head(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        shown = context.new_page()
        shown.goto((folder / "brand.it.html").as_uri())
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_an_event_in_the_picture_leads_to_its_words(browser: Browser, folder: Path) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        shown = context.new_page()
        shown.goto((folder / "brand.it.html").as_uri())
        shown.locator("svg a[href='#event-2']:visible").first.click()
        assert shown.evaluate("location.hash") == "#event-2"
        assert "93" in shown.inner_text("#event-2")
