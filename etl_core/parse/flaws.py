"""The column `_strata_errors`: NULL for a row that is fine, which nearly all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl_core.names import ERRORS_TYPE, literal

MISSING = "missing value"


@dataclass(frozen=True)
class Check:
    """`typed` and `raw` are columns of one frame, quoted; `raw` None where a value always parses, and
    else `reason` says what it is not. `relaxed` is the column that says where this check cannot make
    its row bad (None: nowhere)."""

    name: str
    typed: str
    raw: str | None
    reason: str
    required: bool
    relaxed: str | None = None

    def fails(self) -> str:
        bad = f"{self.typed} IS NULL"
        if self.raw is not None and not self.required:
            bad += f" AND {self.raw} IS NOT NULL"
        return bad if self.relaxed is None else f"{bad} AND NOT {self.relaxed}"

    def error(self) -> str:
        if self.raw is None:
            return _error(self.name, literal(None), literal(MISSING))
        reason = f"IF({self.raw} IS NULL, {literal(MISSING)}, {literal(self.reason)})"
        return _error(self.name, f"CAST({self.raw} AS STRING)", reason)


def errors(checks: Sequence[Check], problem: str | None, line: str | None) -> str:
    """SQL of a row's errors, in the order of `checks`. A record that could not be split has one, with
    the whole line as its value: what its columns hold then means nothing.

    The list is built only for a row with an error; the others pay one test a column.
    """
    cases = []
    if problem is not None:
        cases.append(f"WHEN {problem} IS NOT NULL THEN ARRAY({_error(None, line or literal(None), problem)})")
    if checks:
        any_bad = " OR ".join(f"({check.fails()})" for check in checks)
        found = ", ".join(f"CASE WHEN {check.fails()} THEN {check.error()} END" for check in checks)
        cases.append(f"WHEN {any_bad} THEN FILTER(ARRAY({found}), error -> error IS NOT NULL)")
    if not cases:
        return f"CAST(NULL AS {ERRORS_TYPE})"
    return f"CAST(CASE {' '.join(cases)} END AS {ERRORS_TYPE})"


def flawed(checks: Sequence[Check], problem: str | None) -> str:
    """SQL of a boolean: the row has an error. Unlike the list of errors it stays in generated code."""
    cases = [f"({problem} IS NOT NULL)"] if problem is not None else []
    return " OR ".join([*cases, *(f"({check.fails()})" for check in checks)]) or "FALSE"


def _error(column: str | None, value: str, reason: str) -> str:
    return f"NAMED_STRUCT('column', {literal(column)}, 'value', {value}, 'reason', {reason})"
