"""Numbers of very many digits, found without reading every byte: a hundredth of the work of parsing."""

import re

import numpy as np

MOST = 40
"""Digits in a row; no honest number has more, and what turns them into numbers takes the square of their count."""
_STEP = 20
"""Among 41 digits in a row, two that stand at multiples of 20: only where both are digits is looked further."""
_BETWEEN = (10, 5, 15, 2, 7, 12, 17, 1, 3, 4, 6, 8, 9, 11, 13, 14, 16, 18, 19)
_MANY = re.compile(rb"[0-9]{%d}" % (MOST + 1))
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def lengthy(data: bytes) -> bool:
    """Return whether more than 40 digits stand in a row, in a number or in a text."""
    signs = np.frombuffer(data, dtype=np.uint8)
    few = signs[::_STEP] - np.uint8(ord("0")) < 10  # noqa: PLR2004 - digits; what comes before "0" wraps around
    starts = np.flatnonzero(few[1:] & few[:-1]) * _STEP
    for step in _BETWEEN:
        if not len(starts):
            return False
        starts = starts[signs[starts + step] - np.uint8(ord("0")) < 10]  # noqa: PLR2004 - digits
    return any(_MANY.search(data, max(start - MOST, 0), start + _STEP + 1 + MOST) for start in starts.tolist())


def endless(data: bytes) -> bool:
    """Return whether a number has more than 40 digits in a row; those in texts may."""
    return _MANY.search(data) is not None and _MANY.search(_STRING.sub(b'""', data)) is not None
