"""The few SVG words that the charts need: elements, colours, scales.

Colours are written as `var(--name, #hex)`: the page sets the variables (light, dark), and whoever knows no
variables falls back on the light one; `plain` resolves them for PDF.
"""

import math
import re
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from types import MappingProxyType

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "carta": "#FBF7F0",
        "foglio": "#FFFFFF",
        "velo": "#F1EAE0",
        "inchiostro": "#211C18",
        "seppia": "#5E544A",
        "bottiglia": "#1F4D3F",
        "terracotta": "#A8451F",
        "zucchero": "#3B5B7C",
        "ocra": "#8A5A00",
        "vino": "#7A2238",
        "bordo": "#8B8175",
        "filo": "#DDD3C5",
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "carta": "#171512",
        "foglio": "#211E1A",
        "velo": "#2C2823",
        "inchiostro": "#F0E9DF",
        "seppia": "#B9AEA1",
        "bottiglia": "#8CC9B0",
        "terracotta": "#EE9A73",
        "zucchero": "#9DBEE0",
        "ocra": "#E0B055",
        "vino": "#E79AAC",
        "bordo": "#7F766B",
        "filo": "#3D3730",
    }
)
FONT = "Source Sans 3, Source Sans 3 Ext, Helvetica Neue, Arial, sans-serif"
SMALL = 13
"""Size of the letters on axes, in user units, which are pixels at both widths."""


def ink(name: str) -> str:
    """Return a colour that the page may change."""
    return f"var(--{name}, {LIGHT[name]})"


def plain(svg: str) -> str:
    """Return the same picture without variables and links, for readers that know neither."""
    resolved = re.sub(r"var\(--\w+, (#[0-9A-Fa-f]{6})\)", r"\1", svg)
    return re.sub(r"</?a\b[^>]*>", "", resolved)


def tag(name: str, inside: str = "", /, **attributes: object) -> str:
    """Return one element; `inside` is markup; underscores in attribute names become hyphens."""
    written = "".join(
        f' {k.rstrip("_").replace("_", "-")}="{_value(v)}"' for k, v in attributes.items() if v is not None
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _value(value: object) -> str:
    return near(value) if isinstance(value, float) else escape(str(value), quote=True)


def near(number: float) -> str:
    """Return a coordinate with one decimal: the same on every machine, and never a negative zero."""
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


def words(x: float, y: float, text: str, /, **attributes: object) -> str:
    """Return one line of text at a point."""
    return tag(
        "text",
        escape(text),
        x=float(x),
        y=float(y),
        **({"fill": ink("seppia"), "font_size": SMALL} | attributes),
    )


def picture(width: float, height: float, inside: str, links: str, name: str, title: str, about: str) -> str:
    """Return the whole picture: drawing with title and description, then the links that can be reached by key."""
    about_ids = f"{name}-t {name}-d"
    drawing = tag(
        "g",
        tag("title", escape(title) or "-", id=f"{name}-t") + tag("desc", escape(about) or "-", id=f"{name}-d") + inside,
        role="img",
        aria_labelledby=about_ids,
    )
    size = {"viewBox": f"0 0 {near(width)} {near(height)}", "width": near(width), "height": near(height)}
    return tag("svg", drawing + links, xmlns="http://www.w3.org/2000/svg", font_family=FONT, **size)


def line(points: list[tuple[float, float]], /, **attributes: object) -> str:
    """Return a line through points."""
    path = "M" + "L".join(f"{near(x)} {near(y)}" for x, y in points)
    return tag("path", d=path, **({"fill": "none", "stroke": ink("bottiglia"), "stroke_width": 2} | attributes))


def bar(x: float, y: float, width: float, height: float, /, **attributes: object) -> str:
    """Return a rectangle; a negative width grows to the left."""
    left, size = (x, width) if width >= 0 else (x + width, -width)
    return tag("rect", x=float(left), y=float(y), width=float(size), height=float(height), **attributes)


def rule(x1: float, y1: float, x2: float, y2: float, /, **attributes: object) -> str:
    """Return a thin straight line."""
    return tag(
        "line",
        x1=float(x1),
        y1=float(y1),
        x2=float(x2),
        y2=float(y2),
        **({"stroke": ink("filo")} | attributes),
    )


_NARROWEST = 1e-9
"""A span below which all values are shown as one."""


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round numbers that cover [low, high], about `wanted` steps.

    >>> ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    span = high - low if high - low > _NARROWEST else 1.0
    rough = span / wanted
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(s * size for s in (1, 2, 2.5, 5, 10) if s * size >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def runs(values: list[float | None]) -> list[range]:
    """Return the stretches without a hole.

    >>> runs([1.0, None, 2.0, 3.0])
    [range(0, 1), range(2, 4)]
    """
    edges = [-1, *(i for i, v in enumerate(values) if v is None), len(values)]
    return [range(a + 1, b) for a, b in pairwise(edges) if b > a + 1]


def fold(text: str, size: int) -> list[str]:
    """Return a text in lines of at most `size` letters, broken between words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= size:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def short(text: str, size: int) -> str:
    """Return a text cut to `size` letters, with an ellipsis when it was longer."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
