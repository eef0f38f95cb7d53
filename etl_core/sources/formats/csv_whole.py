"""CSV with newlines inside quotes: each file is read whole, by Spark's CSV reader."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, DataFrameReader
from pyspark.sql import functions as F

from etl_core.config.models.source import ResolvedSource
from etl_core.names import PROBLEM, RAW_LINE, ROW, SOURCE_FILE, quote
from etl_core.sources import rows
from etl_core.sources.formats.csv_open import open_record
from etl_core.sources.formats.protocol import FileRead

OPEN_QUOTE = "a quote is left open: all that follows it in the file is taken for one value"
_EMPTY = "\ue000strata-empty\ue000"  # how the reader spells "", which it cannot tell from no value
_BROKEN = "_strata_broken"


def read_whole(request: FileRead, names: tuple[str, ...]) -> DataFrame:
    """Files that share the columns `names`."""
    received = [f"c{index}" for index in range(len(names))]
    schema = ", ".join(f"{name} string" for name in (*received, _BROKEN))
    loaded = rows.load(_reader(request).schema(schema), "csv", request.files)
    records = rows.placed(loaded, rows.TEXT_ROW, [*received, _BROKEN])
    broken = F.col(_BROKEN)
    kept = [F.col(name) for name in records.columns if name not in (*received, _BROKEN)]
    values = [_value(F.col(key)).alias(name) for key, name in zip(received, names, strict=True)]
    problem = F.when(broken.isNotNull(), f"not {len(names)} fields")
    stamped = rows.stamped(
        records.select(*values, *kept, problem.alias(PROBLEM), broken.alias(RAW_LINE)), loaded, request.files
    )
    return _with_open_quotes(stamped, request, names)


def _with_open_quotes(records: DataFrame, request: FileRead, names: tuple[str, ...]) -> DataFrame:
    found = ((item.label, open_record(request.source, item)) for item in request.files)
    swallowing = F.lit(False)
    for label, position in found:
        if position is not None:
            swallowing |= (F.col(SOURCE_FILE) == label) & (F.col(ROW) == position)
    text = F.concat_ws(request.source.delimiter, *(F.col(quote(name)) for name in names))
    return records.withColumns(
        {
            PROBLEM: F.when(swallowing, OPEN_QUOTE).otherwise(F.col(PROBLEM)),
            RAW_LINE: F.when(swallowing, F.coalesce(RAW_LINE, text)).otherwise(F.col(RAW_LINE)),
        }
    )


def _reader(request: FileRead) -> DataFrameReader:
    source: ResolvedSource = request.source
    return request.spark.read.options(
        multiLine=True,
        header=source.header,
        sep=source.delimiter,
        quote=source.quote,
        escape=source.quote,
        encoding=source.encoding,
        nullValue=source.null_value,
        emptyValue=_EMPTY,
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=_BROKEN,
    )


def _value(field: Column) -> Column:
    return F.when(field == _EMPTY, "").otherwise(field)
