"""Drift in words: the notes that a run leaves about columns, each in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql.types import StructField


def widening(held: StructField, incoming: StructField) -> str:
    return f"widens {held.name} {held.dataType.simpleString()} -> {incoming.dataType.simpleString()}"


def kept_as_text(held: StructField, incoming: StructField) -> str:
    arriving = incoming.dataType.simpleString()
    return f"column {held.name} arrives as {arriving}, the table keeps it as string"


def missing(absent: Sequence[str], unknown: Sequence[str], partly: Mapping[str, str]) -> Iterator[str]:
    """Columns that did not arrive, beside those that arrived and are new: perhaps the same ones."""
    for name, files in partly.items():
        yield f"column {name} is missing in {files}: NULL there"
    if absent and unknown:
        yield (
            f"{listed(absent)} {_are(absent)} missing and {listed(unknown)} {_are(unknown)} new: if the "
            f"source renamed it, write `source: {unknown[0]}` at the column {absent[0]} in the contract; "
            "until then it is NULL"
        )
    elif absent:
        yield f"{listed(absent)} {_are(absent)} missing: filled with NULL"


def listed(names: Sequence[str]) -> str:
    return ("column " if len(names) == 1 else "columns ") + ", ".join(names)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
