"""Format `json`: one JSON object a line (JSON Lines)."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

from etl_core.names import PROBLEM, RAW_LINE, quote
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
        schema = read_schema(request.columns, keys)
        line = F.col(LINE)
        records = lines.withColumn(
            _RECORD,
            F.from_json(
                line,
                schema.add(_BROKEN, StringType()),
                {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _BROKEN},
            ),
        )
        values = [_field(name) for name in schema.names if name != _BROKEN]
        kept = [F.col(name) for name in lines.columns if name != LINE]
        broken = _not_one_object(line) | F.col(f"{_RECORD}.{_BROKEN}").isNotNull()
        split = records.select(
            *values,
            *kept,
            F.when(broken, NOT_JSON).alias(PROBLEM),
            F.when(broken, line).alias(RAW_LINE),
        )
        return rows.union([rows.stamped(split, loaded, request.files)])


def _field(name: str) -> Column:
    return F.col(f"{_RECORD}.{quote(name)}").alias(name)


def _not_one_object(line: Column) -> Column:
    """Spark reads the first object of an array, and of several objects on one line, and says nothing."""
    bare = F.trim(line)
    braces = F.startswith(bare, F.lit("{")) & F.endswith(bare, F.lit("}"))
    count = F.json_array_length(F.concat(F.lit("["), line, F.lit("]")))
    return ~braces | ~count.eqNullSafe(F.lit(1))


def _keys(lines: DataFrame) -> tuple[str, ...]:
    """All top-level names in the data, sorted: one pass that builds no values."""
    found = lines.select(F.explode(F.json_object_keys(LINE)).alias("key")).distinct().collect()
    return tuple(sorted(row["key"] for row in found))


FORMATS.add("json", Json())
