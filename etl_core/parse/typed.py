"""From received columns to the contract's: typed, in its order, each row with what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.config.models.columns import Column, Drift
from etl_core.errors import SourceError
from etl_core.names import ERRORS, FLAWED, PROBLEM, RAW_LINE, SYSTEM_PREFIX, quote
from etl_core.parse.flaws import Check, errors, flawed
from etl_core.parse.received import find_name, source_name
from etl_core.parse.values import Value, value

_RAW = "_strata_received_"
_RELAXED = "_strata_relaxed"


def parse(
    df: DataFrame,
    columns: Sequence[Column],
    drift: Drift,
    *,
    passthrough: Iterable[str] = (),
    relaxed_when: SparkColumn | None = None,
    always: Iterable[str] = (),
    held: Sequence[Column] = (),
    given: Mapping[str, str] = MappingProxyType({}),
) -> DataFrame:
    """The contract's view of received rows; none is dropped.

    Columns out: the declared ones, typed, in the contract's order (with no contract: as received);
    undeclared ones as `drift.new_column` says; `passthrough` names (an operation column) as they
    are; the `_strata_*` columns of `df`; and `_strata_errors`, array<struct<column: string, value:
    string, reason: string>>, NULL for a row that is fine, and `_strata_flawed` boolean, whether it is.

    `held` are undeclared columns in the types that the table has: they come out typed, too, after the
    declared ones, and only a value that loses nothing parses.

    `given`: declared column -> a `_strata_*` column of `df` that has its value where an earlier read has
    parsed it already: what was received is parsed where that one is NULL. Those columns do not come out.

    `relaxed_when` is a condition on the columns out. Where it is true (a delete) only errors in
    `always` (keys and sequence) count. A `_strata_problem` counts always.

    Raises SourceError when columns are new, missing or of another type and `drift` says fail.
    Evaluate nothing but an Observation between this and a filter on `_strata_errors`: pushed below
    the projection the filter would parse every value twice.
    """
    values = [value(column, df.schema, drift) for column in columns]
    _refuse_missing(values, columns, drift)
    kept_types = [value(column, df.schema, drift, exact=True) for column in held]
    tops = {item.top for item in kept_types}
    extra = [name for name in _undeclared(df, values, drift, tuple(passthrough)) if name not in tops]
    values = [_with_given(item, given) for item in (*values, *kept_types)]
    hidden = frozenset(given.values())
    system = [name for name in df.columns if name.startswith(SYSTEM_PREFIX) and name not in hidden]
    kept = [quote(name) for name in (*extra, *system)]
    raw = {item.name: f"{_RAW}{index}" for index, item in enumerate(values) if item.reason}
    typed = df.selectExpr(
        *(f"{item.typed} AS {quote(item.name)}" for item in values),
        *kept,
        *(f"{item.raw} AS {raw[item.name]}" for item in values if item.reason),
    )
    if relaxed_when is not None:
        typed = typed.withColumn(_RELAXED, F.coalesce(relaxed_when, F.lit(False)))
    relaxed = None if relaxed_when is None else _RELAXED
    checks = _checks(values, raw, relaxed, frozenset(always))
    problem, line = (name if name in system else None for name in (PROBLEM, RAW_LINE))
    names = [quote(item.name) for item in values]
    found = f"{errors(checks, problem, line)} AS {ERRORS}"
    return typed.selectExpr(*names, *kept, found, f"({flawed(checks, problem)}) AS {FLAWED}")


def _with_given(item: Value, given: Mapping[str, str]) -> Value:
    known = given.get(item.name)
    return item if known is None else replace(item, typed=f"COALESCE({quote(known)}, {item.typed})")


def _checks(
    values: Sequence[Value], raw: dict[str, str], relaxed: str | None, always: frozenset[str]
) -> list[Check]:
    return [
        Check(
            item.name,
            quote(item.name),
            raw.get(item.name),
            item.reason,
            item.required,
            None if item.name in always else relaxed,
        )
        for item in values
        if item.reason or item.required
    ]


def _refuse_missing(values: Sequence[Value], columns: Sequence[Column], drift: Drift) -> None:
    missing = [source_name(column) for item, column in zip(values, columns, strict=True) if item.top is None]
    if missing and drift.missing_column == "fail":
        raise SourceError(
            f"the source lacks {_listed(missing)}",
            hint="set `drift.missing_column: fill_null`, or take them out of the contract",
        )


def _undeclared(
    df: DataFrame, values: Sequence[Value], drift: Drift, passthrough: tuple[str, ...]
) -> list[str]:
    """Received names that stay beside the declared ones; those of `passthrough` stand last."""
    used = {item.top for item in values}
    rest = [name for name in df.columns if name not in used and not name.startswith(SYSTEM_PREFIX)]
    passed = [name for name in rest if find_name(name, passthrough)]
    new = [name for name in rest if name not in passed]
    if new and values and drift.new_column == "fail":
        raise SourceError(
            f"the source has {_listed(new)}, unknown to the contract",
            hint="declare them under `columns`, or set `drift.new_column` to evolve or drop",
        )
    kept = [] if values and drift.new_column == "drop" else new
    declared = [item.name for item in values]
    if clash := [name for name in (*kept, *passed) if find_name(name, declared)]:
        raise SourceError(
            f"the source has {_listed(clash)}, a name the contract gives to another of its columns",
            hint="declare it under another name with `source:`, or set `drift.new_column: drop`",
        )
    return [*kept, *passed]


def _listed(names: Sequence[str]) -> str:
    return ("column " if len(names) == 1 else "columns ") + ", ".join(repr(name) for name in names)
