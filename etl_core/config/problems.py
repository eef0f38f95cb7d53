"""One mistake in the project's files: where it stands, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """`file` is relative to the project; `line` and `column` count from 1 (0: the file as a whole)."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")
