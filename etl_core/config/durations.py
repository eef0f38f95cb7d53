"""Durations as configuration writes them: `10m`, `12h`, `3d`, `2w`."""

from __future__ import annotations

_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def seconds(text: str) -> int:
    """`3d` -> 259200. The pattern is checked by the configuration's models."""
    return int(text[:-1]) * _SECONDS[text[-1]]
