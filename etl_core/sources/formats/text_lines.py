"""Text files as lines: value, position and file of each, for the formats that are lines."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.names import ROW, literal
from etl_core.sources import rows
from etl_core.sources.formats.heads import is_utf8
from etl_core.sources.formats.protocol import FileRead

LINE = "_strata_line"


def read_lines(request: FileRead, *, skip: int = 0) -> tuple[DataFrame, DataFrame]:
    """The lines after the first `skip`, blank ones left out, as `_strata_line` string beside what
    `rows.placed` gives; and the scan itself, for `rows.stamped`."""
    loaded = rows.load(request.spark, "text", request.files)
    value = "value"
    if not is_utf8(request.source):
        value = f"DECODE(CAST(value AS BINARY), {literal(request.source.encoding)})"
    lines = rows.placed(loaded, rows.TEXT_ROW, [f"{value} AS {LINE}"])
    return lines.where(f"TRIM({LINE}) <> ''" + (f" AND {ROW} >= {skip}" if skip else "")), loaded
