"""Quarantined rows as they were received, as far as the quarantine tells: what a requeue reads.

A value that failed to parse stands in `errors` as it was received, and is parsed anew. One that did not
fail stands in `row` as it was typed, and stays that value, whatever the column's `format` says now. Of a
line that could not be split only JSON is tried again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import AtomicType, BinaryType, DataType, StringType, StructField, StructType

from etl_core.config.models.columns import Column
from etl_core.config.project import Table
from etl_core.names import (
    EPOCH,
    HISTORY_COLUMNS,
    IS_DELETED,
    PHASE,
    PROBLEM,
    RAW_LINE,
    ROW,
    SOURCE_FILE,
    literal,
    quote,
)
from etl_core.parse.received import source_name
from etl_core.parse.types import parse_type

_TYPES = {SOURCE_FILE: "string", ROW: "bigint", EPOCH: "int", PHASE: "int"}
_VALUES, _NESTED, _LINE = "_strata_values", "_strata_nested", "_strata_is_line"
_GIVEN = "_strata_given_"


@dataclass(frozen=True)
class Restored:
    """`frame`: a column a name of the contract and an undeclared one, the order, and what is wrong with
    the row as a whole. `given`: as for `parse`."""

    frame: DataFrame
    given: dict[str, str]


@dataclass(frozen=True)
class _Field:
    """One column to restore. `received`: its name in a line that could not be split. `index`: of a
    declared column, None for others."""

    name: str
    received: str
    type: DataType
    index: int | None = None

    @property
    def nested(self) -> bool:
        return not isinstance(self.type, AtomicType)

    @property
    def given(self) -> str:
        return f"{_GIVEN}{self.index}"

    def text(self) -> str:
        path = literal(f"$.{self.received}")
        line = f"GET_JSON_OBJECT(row, {path})" if "." in self.received else _get(self.received)
        return f"IF({_LINE}, {line}, {_get(self.name)})"

    def error(self, part: str = "value") -> str:
        return f"GET(FILTER(errors, e -> e.column = {literal(self.name)}), 0).{part}"

    def typed(self, text: str) -> str:
        """NULL where the text is no value of the type."""
        if self.nested:
            return f"IF({_LINE}, {_NESTED}.{quote(self.received)}, {_NESTED}.{quote(self.name)})"
        if isinstance(self.type, BinaryType):
            return f"TRY_TO_BINARY({text}, 'base64')"
        return f"TRY_CAST({text} AS {self.type.simpleString()})"


def restored(waiting: DataFrame, table: Table, order: Iterable[str], held: StructType) -> Restored:
    """`waiting`: rows of a quarantine. `order`: the order columns that the table's rows have. `held`: the
    table's columns, for the types of undeclared ones.

    One pass over the rows, before this returns, finds the names of undeclared columns.
    """
    source = table.source
    null_value = source.null_value if source is not None and source.format == "csv" else ""
    declared = [_declared(index, column) for index, column in enumerate(table.config.columns)]
    opened = _opened(waiting, declared)
    extra = _undeclared(opened, table, declared, held)
    if any(field.nested for field in extra):
        opened = _opened(waiting, [*declared, *extra])
    placed = [_order_column(name, opened) for name in order]
    given = [f"{_given(field)} AS {field.given}" for field in declared]
    typed = opened.selectExpr("*", *given)
    frame = typed.selectExpr(
        *(f"{_received(field, null_value)} AS {quote(field.name)}" for field in declared),
        *(f"{_extra(field)} AS {quote(field.name)}" for field in extra),
        *placed,
        *(field.given for field in declared),
        f"{_problem(declared, extra)} AS {PROBLEM}",
        f"row AS {RAW_LINE}",
    )
    frame = frame.withColumn(RAW_LINE, F.expr(f"IF({PROBLEM} IS NULL, NULL, {RAW_LINE})"))
    return Restored(frame, {field.name: field.given for field in declared})


def _declared(index: int, column: Column) -> _Field:
    return _Field(column.name, source_name(column), parse_type(column.type), index)


def _opened(waiting: DataFrame, fields: list[_Field]) -> DataFrame:
    """With the values by name; those that are nested in their types."""
    bare = "TRIM(row)"
    braces = f"STARTSWITH({bare}, '{{') AND ENDSWITH({bare}, '}}')"
    one = f"{braces} AND JSON_ARRAY_LENGTH(CONCAT('[', row, ']')) = 1"
    line = "GET(errors, 0).column IS NULL AND GET(errors, 0).value IS NOT NULL"
    opened = waiting.selectExpr(
        "*",
        f"FROM_JSON(IF({one}, row, NULL), 'map<string,string>') AS {_VALUES}",
        f"COALESCE({line}, FALSE) AS {_LINE}",
    )
    nested = {name: field.type for field in fields if field.nested for name in (field.name, field.received)}
    if not nested:
        return opened
    schema = StructType([StructField(name, kind) for name, kind in nested.items()])
    return opened.withColumn(_NESTED, F.from_json("row", schema))


def _undeclared(opened: DataFrame, table: Table, declared: list[_Field], held: StructType) -> list[_Field]:
    """Columns of the rows beside the contract's, in the table's types; text where it has none."""
    found = opened.select(F.explode(F.map_keys(_VALUES)).alias("name")).distinct().collect()
    target = table.config.target
    made = {*(HISTORY_COLUMNS if target.history == "scd2" else ())}
    made |= {IS_DELETED} if target.deletes == "soft" else set()
    known = {name.lower() for field in declared for name in (field.name, field.received.partition(".")[0])}
    types = {field.name.lower(): field.dataType for field in held}
    names = sorted({row["name"] for row in found} - made)
    carrier = target.operation_column
    if carrier and carrier.lower() not in {name.lower() for name in names}:
        names.append(carrier)  # what rows of no operation say: they are upserts
    return [
        _Field(name, name, types.get(name.lower(), StringType()))
        for name in names
        if name.lower() not in known
    ]


def _order_column(name: str, opened: DataFrame) -> str:
    return name if name in opened.columns else f"CAST(NULL AS {_TYPES[name]}) AS {name}"


def _given(field: _Field) -> str:
    if field.nested:
        return field.typed("")
    return f"CASE WHEN NOT {_LINE} AND {field.error()} IS NULL THEN {field.typed(field.text())} END"


def _received(field: _Field, null_value: str) -> str:
    """What has to be parsed: NULL where `given` has the value."""
    if field.nested:
        return f"CAST(NULL AS {field.type.simpleString()})"
    error = f"NULLIF({field.error()}, {literal(null_value)})" if null_value else field.error()
    return f"COALESCE({error}, CASE WHEN {field.given} IS NULL THEN {field.text()} END)"


def _extra(field: _Field) -> str:
    return field.typed(_extra_text(field))


def _extra_text(field: _Field) -> str:
    return f"COALESCE({field.error()}, {field.text()})"


def _problem(declared: list[_Field], extra: list[_Field]) -> str:
    """What was wrong with a line that still cannot be split, or what a value is not."""
    cases = [f"WHEN {_LINE} AND {_VALUES} IS NULL THEN GET(errors, 0).reason"]
    cases += [_misfit(field, field.given, field.text()) for field in declared if field.nested]
    cases += [_misfit(field, _extra(field), _extra_text(field)) for field in extra]
    return f"CASE {' '.join(cases)} END"


def _misfit(field: _Field, value: str, text: str) -> str:
    reason = literal(f"{field.name}: not of the type {field.type.simpleString()}")
    return f"WHEN {value} IS NULL AND {text} IS NOT NULL THEN {reason}"


def _get(name: str) -> str:
    return f"TRY_ELEMENT_AT({_VALUES}, {literal(name)})"
