"""CSV with newlines inside quotes: each file is read whole, by Spark's CSV reader."""

from __future__ import annotations

from pyspark.sql import DataFrame, DataFrameReader

from etl_core.config.models.source import ResolvedSource
from etl_core.names import ROW, SOURCE_FILE, literal, quote
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
    loaded = rows.load(
        request.spark, "csv", request.files, lambda reader: _prepare(reader, request.source).schema(schema)
    )
    records = rows.placed(loaded, rows.TEXT_ROW, [*received, _BROKEN])
    values = [f"{_value(key)} AS {quote(name)}" for key, name in zip(received, names, strict=True)]
    problem = f"IF({_BROKEN} IS NULL, NULL, 'not {len(names)} fields')"
    if swallows := _swallows(request):
        problem = f"IF({swallows}, {literal(OPEN_QUOTE)}, {problem})"
    line = f"COALESCE({_BROKEN}, CONCAT_WS({literal(request.source.delimiter)}, {', '.join(received)}))"
    return rows.stamped(records, rows.Record(values, problem, line), loaded, request.files)


def _swallows(request: FileRead) -> str:
    """SQL that is true of the records with a quote that is never closed; "" if no file has one."""
    found = [(item.label, open_record(request.source, item)) for item in request.files]
    return " OR ".join(
        f"({SOURCE_FILE} = {literal(label)} AND {ROW} = {row})" for label, row in found if row is not None
    )


def _prepare(reader: DataFrameReader, source: ResolvedSource) -> DataFrameReader:
    return reader.options(
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


def _value(field: str) -> str:
    return f"IF({field} = {literal(_EMPTY)}, '', {field})"
