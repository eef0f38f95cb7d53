"""The one exception of this package."""

from __future__ import annotations

from typing import Protocol


class Placed(Protocol):
    """Whatever stands somewhere in a text."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class DqdlError(Exception):
    """A mistake in a ruleset. `line` and `column` count from 1 within the text that was parsed."""

    def __init__(self, message: str, *, line: int, column: int, hint: str = "") -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint

    @classmethod
    def at(cls, where: Placed, message: str, hint: str) -> DqdlError:
        """The mistake that stands at `where`."""
        return cls(message, line=where.line, column=where.column, hint=hint)
