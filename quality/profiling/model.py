"""What was found in a frame's columns. Free of Spark: reports and suggestions read it."""

from __future__ import annotations

from typing import Literal

from etl_core.config.models.base import Model

Kind = Literal["number", "text", "time", "boolean", "binary", "other"]


class ValueCount(Model):
    value: str
    rows: int


class ColumnProfile(Model):
    """One column. Counts are rows.

    `distinct`: of values that are not NULL; exact where `exact`, else an estimate with a relative standard
    deviation of 5 % (HyperLogLog++). `minimum`, `maximum`: of numbers without NaN, of texts by code point.
    `mean`, `deviation` (of a sample): of numbers, without NaN. `low`, `high`: as numbers, of numbers and of
    texts that are numbers. `reads_as`: texts -> what they look like: empty, blank, int, decimal, double,
    boolean, date, timestamp (ISO 8601), text. `whole`, `fraction`: the most digits before and after the
    point; `leading_zeros`: texts like 007. `patterns`: 9 a digit, A and a letters, ü any other letter, …
    after a letter for a run of four or more.
    """

    name: str
    type: str
    kind: Kind
    rows: int
    nulls: int = 0
    distinct: int | None = None
    exact: bool = False
    minimum: str | None = None
    maximum: str | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    deviation: float | None = None
    nan: int = 0
    min_length: int | None = None
    max_length: int | None = None
    reads_as: dict[str, int] = {}
    whole: int = 0
    fraction: int = 0
    leading_zeros: int = 0
    top: tuple[ValueCount, ...] = ()
    patterns: tuple[ValueCount, ...] = ()

    @property
    def values(self) -> int:
        """Rows that have one."""
        return self.rows - self.nulls

    @property
    def unique(self) -> bool:
        """No NULL, and no value twice."""
        return self.exact and self.rows > 0 and self.distinct == self.rows


class Profile(Model):
    """`keys`: columns that identify a row by themselves, the likeliest first."""

    rows: int
    columns: tuple[ColumnProfile, ...] = ()
    keys: tuple[str, ...] = ()
