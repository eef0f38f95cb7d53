"""Durations as configuration writes them: `12h`, `3d`, `2w`."""

from __future__ import annotations

_HOURS = {"h": 1, "d": 24, "w": 24 * 7}


def milliseconds(text: str) -> int:
    """`3d` -> 259200000. The pattern is checked by the configuration's models."""
    return int(text[:-1]) * _HOURS[text[-1]] * 3_600_000
