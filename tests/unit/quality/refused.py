"""All that is wrong with a text: what is no DQDL, and what one engine does not evaluate."""

from __future__ import annotations

from quality.dqdl import DqdlError, read
from quality.engines.support import refusals


def problems(text: str, engine: str = "deequ") -> list[DqdlError]:
    reading = read(text)
    found = [*reading.mistakes, *refusals(reading, engine, "dataset")]
    return sorted(found, key=lambda error: (error.line, error.column))
