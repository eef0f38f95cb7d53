"""Expressions are built as SQL text: one call into the JVM for many columns, not twenty for each."""

from __future__ import annotations


def literal(text: str | None) -> str:
    """`text` as a SQL literal, whatever characters it has."""
    if text is None:
        return "CAST(NULL AS STRING)"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
