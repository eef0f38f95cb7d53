"""Format `json`: one JSON object a line (JSON Lines)."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, StringType, StructField, StructType

from etl_core.names import literal, quote
from etl_core.sources import rows
from etl_core.sources.formats.heads import read_start
from etl_core.sources.formats.json_schema import read_schema
from etl_core.sources.formats.protocol import FORMATS, FileRead
from etl_core.sources.formats.text_lines import LINE, read_lines
from etl_core.sources.protocol import EVERYWHERE, MISSING_IN

NOT_JSON = "not a JSON object, or a nested value is not of its declared type"
_EXACT = "_strata_exact"
_TEXT = "_strata_text"
_BROKEN = "_strata_broken"


class Json:
    def read(self, request: FileRead) -> DataFrame:
        for item in request.files:
            read_start(request.source, item)
        if not request.files:
            return rows.nothing(request.spark, request.columns)
        lines, loaded = read_lines(request)
        keys = () if request.drift.new_column == "drop" else _keys(lines)
        rows.refuse_names(keys, request.source.path)
        exact = read_schema(request.columns, keys, exact=True)
        text = read_schema(request.columns, keys)
        values = [f"{_value(name, exact)} AS {quote(name)}" for name in text.names]
        record = rows.Record(values, f"IF({_broken()}, {literal(NOT_JSON)}, NULL)", LINE)
        stamped = rows.stamped(_parsed(lines, exact, text), record, loaded, request.files)
        for name in set(text.names) - set(keys) if keys else ():
            stamped = stamped.withMetadata(name, {MISSING_IN: EVERYWHERE})
        return stamped


def _parsed(lines: DataFrame, exact: StructType, text: StructType) -> DataFrame:
    """Each line twice: with decimals read as such, and, only where that fails, as text, so that the
    parse stage can say which value does not fit."""
    second = F.when(F.col(f"{_EXACT}.{_BROKEN}").isNotNull(), F.col(LINE))
    return lines.withColumn(_EXACT, _from_json(F.col(LINE), exact)).withColumn(
        _TEXT, _from_json(second, text)
    )


def _from_json(line: Column, schema: StructType) -> Column:
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _BROKEN}
    return F.from_json(line, StructType([*schema.fields, StructField(_BROKEN, StringType())]), options)


def _value(name: str, exact: StructType) -> str:
    value = f"{_EXACT}.{quote(name)}"
    if isinstance(exact[name].dataType, DecimalType):
        value = f"CAST({value} AS STRING)"
    return f"IF({_EXACT}.{_BROKEN} IS NULL, {value}, {_TEXT}.{quote(name)})"


def _broken() -> str:
    """Spark reads the first object of an array, and of several objects on one line, and says nothing."""
    bare = f"TRIM({LINE})"
    braces = f"STARTSWITH({bare}, '{{') AND ENDSWITH({bare}, '}}')"
    objects = f"JSON_ARRAY_LENGTH(CONCAT('[', {LINE}, ']'))"
    return f"NOT ({braces}) OR NOT ({objects} <=> 1) OR {_TEXT}.{_BROKEN} IS NOT NULL"


def _keys(lines: DataFrame) -> tuple[str, ...]:
    """All top-level names in the data, sorted: one pass that builds no values."""
    found = lines.select(F.explode(F.json_object_keys(LINE)).alias("key")).distinct().collect()
    return tuple(sorted(row["key"] for row in found))


FORMATS.add("json", Json())
