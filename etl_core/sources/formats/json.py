"""Format `json`: one JSON object a line (JSON Lines)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from etl_core.names import PROBLEM, RAW_LINE, quote
from etl_core.parse.sql import literal
from etl_core.sources import rows
from etl_core.sources.formats.heads import read_start
from etl_core.sources.formats.json_schema import read_schema
from etl_core.sources.formats.protocol import FORMATS, FileRead
from etl_core.sources.formats.text_lines import LINE, read_lines

NOT_JSON = "not a JSON object, or a nested value is not of its declared type"
_RECORD = "_strata_record"
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
        records = _split(lines, read_schema(request.columns, keys))
        return rows.union([rows.stamped(records, loaded, request.files)])


def _split(lines: DataFrame, schema: StructType) -> DataFrame:
    """The fields of `schema` as columns, and what is wrong with a line that is not one object."""
    values = [f"{_RECORD}.{quote(name)} AS {quote(name)}" for name in schema.names]
    kept = [name for name in lines.columns if name != LINE]
    with_broken = StructType([*schema.fields, StructField(_BROKEN, StringType())])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _BROKEN}
    records = lines.withColumn(_RECORD, F.from_json(LINE, with_broken, options))
    told = records.selectExpr(
        *values, *kept, LINE, f"IF({_broken()}, {literal(NOT_JSON)}, NULL) AS {PROBLEM}"
    )
    raw = f"IF({PROBLEM} IS NULL, NULL, {LINE}) AS {RAW_LINE}"
    return told.selectExpr(*(quote(name) for name in schema.names), *kept, PROBLEM, raw)


def _broken() -> str:
    """Spark reads the first object of an array, and of several objects on one line, and says nothing."""
    bare = f"TRIM({LINE})"
    braces = f"STARTSWITH({bare}, '{{') AND ENDSWITH({bare}, '}}')"
    objects = f"JSON_ARRAY_LENGTH(CONCAT('[', {LINE}, ']'))"
    return f"NOT ({braces}) OR NOT ({objects} <=> 1) OR {_RECORD}.{_BROKEN} IS NOT NULL"


def _keys(lines: DataFrame) -> tuple[str, ...]:
    """All top-level names in the data, sorted: one pass that builds no values."""
    found = lines.select(F.explode(F.json_object_keys(LINE)).alias("key")).distinct().collect()
    return tuple(sorted(row["key"] for row in found))


FORMATS.add("json", Json())
