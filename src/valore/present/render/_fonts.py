"""The letters of the pages, as they travel inside one HTML file."""

import base64
import re
from functools import cache
from importlib.resources import files

_LATIN = "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212"
_FURTHER = "U+0100-02BA,U+02BD-02C5,U+1E00-1E9F,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
_NEEDS_FURTHER = re.compile("[\u0100-\u0130\u0132-\u0151\u0154-\u02ba\u1e00-\u1e9f]")
_FAMILIES = (
    ("Bodoni Moda", "bodoni-moda-{}-wght-normal.woff2", "400 900"),
    ("Source Sans 3", "source-sans-3-{}-wght-normal.woff2", "200 900"),
)


def faces(shown: str) -> str:
    """Return the CSS that carries the fonts; letters beyond western Europe only when `shown` has some."""
    parts = [("latin", _LATIN)] + ([("latin-ext", _FURTHER)] if _NEEDS_FURTHER.search(shown) else [])
    return "".join(
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weights};font-display:swap;'
        f"src:url(data:font/woff2;base64,{_data(file.format(part))}) format('woff2');unicode-range:{letters}}}\n"
        for family, file, weights in _FAMILIES
        for part, letters in parts
    )


@cache
def _data(name: str) -> str:
    return base64.b64encode((files("valore.present.assets") / name).read_bytes()).decode("ascii")
