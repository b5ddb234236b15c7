"""Pictures are well-formed, the same for the same data, and hold nothing but what they are given."""

import math
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from valore.model.reading import Point
from valore.present.charts import Chart, draw
from valore.present.charts.bars import Bar, Bars
from valore.present.charts.dots import Dot, Dots
from valore.present.charts.heat import Heat
from valore.present.charts.line import Line, Mark
from valore.present.charts.multiples import Multiples, Panel
from valore.present.charts.share import Share, Slice
from valore.present.charts.spark import Spark
from valore.present.charts.svg import DARK, LIGHT, plain, ticks
from valore.present.charts.waterfall import Step, Waterfall
from valore.present.language import Words

START = date(2025, 1, 6)
EVIL = '"><script>alert(1)</script>'
IT = Words("it")

numbers = st.floats(0, 1e6, allow_nan=False)
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


def _points(values: list[float | None]) -> tuple[Point, ...]:
    return tuple(
        Point(
            day=START + timedelta(days=i),
            value=v,
            low=None if v is None else v * 0.8,
            high=None if v is None else v * 1.2,
        )
        for i, v in enumerate(values)
    )


def _all(values: list[float], label: str) -> tuple[Chart, ...]:
    marks = (
        Mark(START, "1", label, "event-1", START + timedelta(days=3), grave=True),
        Mark(START, "2", label, "event-2"),
    )
    dots = (Dot(label, min(values), values[0], max(values), label, "x"), Dot(label, None, None, None, label))
    return (
        Line(label, label, _points([*values, None, *values]), marks),
        Bars(label, label, tuple(Bar(label, v, label) for v in values)),
        Dots(label, label, dots, top=max(values) or 1),
        Heat(label, label, {START + timedelta(days=i): v for i, v in enumerate(values)}, label),
        Multiples(label, label, (Panel(label, tuple(Bar(label, v, label) for v in values)),)),
        Share(label, label, tuple(Slice(label, None if i else 0.5, 0.2, 0.9, label) for i, _ in enumerate(values))),
        Spark(label, label, (*values, None)),
        Waterfall(label, label, tuple(Step(label, v * (-1) ** i, "post-1") for i, v in enumerate(values)), 63.0, label),
    )  # fmt: skip


@example(values=[5e-324], label="", width=328.0)
@given(values=st.lists(numbers, min_size=1, max_size=40), label=words, width=st.sampled_from([328.0, 430.0, 780.0]))
def test_any_data_give_a_well_formed_picture_twice_the_same(values: list[float], label: str, width: float) -> None:
    for chart in _all(values, label):
        drawn = draw(chart, IT, width, "c1")
        assert drawn == draw(chart, IT, width, "c1")
        ET.fromstring(drawn)
        assert "nan" not in drawn.replace(label, "")
        assert "inf" not in drawn.replace(label, "").replace("info", "")


@pytest.mark.parametrize("chart", _all([3.0, 1.0, 4.0], EVIL), ids=lambda c: type(c).__name__)
def test_words_of_others_stay_words(chart: Chart) -> None:
    assert "<script" not in draw(chart, IT, 430, "c1")


@pytest.mark.parametrize("chart", _all([3.0, 1.0, 4.0], "Menzioni"), ids=lambda c: type(c).__name__)
def test_a_picture_says_what_it_shows(chart: Chart) -> None:
    root = ET.fromstring(draw(chart, IT, 430, "c1"))
    names = {e.get("id"): e for e in root.iter() if e.get("id")}
    drawing = next(e for e in root.iter() if e.get("role") == "img")
    assert [names[i].text for i in (drawing.get("aria-labelledby") or "").split()] == ["Menzioni", "Menzioni"]
    assert not [e for e in drawing.iter() if e.tag.endswith("}a")], "links stand outside of the drawing"


@pytest.mark.parametrize("chart", _all([3.0, 1.0, 4.0], "Menzioni"), ids=lambda c: type(c).__name__)
def test_on_paper_a_picture_needs_no_variables_and_no_links(chart: Chart) -> None:
    drawn = plain(draw(chart, IT, 430, "c1"))
    ET.fromstring(drawn)
    assert "var(" not in drawn
    assert "<a " not in drawn
    assert "foreignObject" not in drawn


def test_a_thin_number_has_an_interval_and_no_point() -> None:
    row = Dot("Apporto", 20.0, None, 60.0, "20–60 · D")
    assert "<circle" not in draw(Dots("t", "a", (row,)), IT, 430, "c1")


def test_a_hole_in_the_data_is_a_hole_in_the_line() -> None:
    drawn = draw(Line("t", "a", _points([1.0, 2.0, None, 3.0, 2.0])), IT, 430, "c1")
    assert drawn.count('fill="none"') == 2


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-6, 1e6))
def test_ticks_cover_what_they_measure(low: float, span: float) -> None:
    marks = ticks(low, low + span)
    step = marks[1] - marks[0]
    assert marks[0] <= low + step * 1e-3
    assert marks[-1] >= low + span - step * 1e-3
    assert len(marks) < 12


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return (
        math.sumprod(linear, [0.2126, 0.7152, 0.0722])
        if hasattr(math, "sumprod")
        else sum(a * b for a, b in zip(linear, [0.2126, 0.7152, 0.0722], strict=True))
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_ink_can_be_read_on_paper_and_border_be_seen(palette: dict[str, str]) -> None:
    def contrast(a: str, b: str) -> float:
        high, low = sorted((_luminance(palette[a]), _luminance(palette[b])), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for name in ("inchiostro", "seppia", "bottiglia", "terracotta", "zucchero", "ocra", "vino"):
        assert min(contrast(name, paper) for paper in ("carta", "foglio", "velo")) >= 4.5
    assert contrast("bordo", "carta") >= 3
