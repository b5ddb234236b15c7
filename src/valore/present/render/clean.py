"""Strangers' text made fit to be shown: nothing that steers a terminal, a page or the direction of a line."""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""Return the text without control characters, direction overrides and lone surrogates.

    >>> printable("a\x1b[31mb\u202ec")
    'a[31mbc'
    """
    return _UNSEEN.sub("", text)
