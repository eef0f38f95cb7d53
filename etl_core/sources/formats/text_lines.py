"""Text files as lines: value, position and file of each, for the formats that are lines."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.names import ROW
from etl_core.sources import rows
from etl_core.sources.formats.heads import is_utf8
from etl_core.sources.formats.protocol import FileRead

LINE = "_strata_line"


def read_lines(request: FileRead, *, skip: int = 0) -> tuple[DataFrame, DataFrame]:
    """The lines after the first `skip`, blank ones left out, as `_strata_line` string beside what
    `rows.placed` gives; and the scan itself, for `rows.stamped`."""
    loaded = rows.load(request.spark.read, "text", request.files)
    lines = rows.placed(loaded, rows.TEXT_ROW, ["value"])
    value: Column = F.col("value")
    if not is_utf8(request.source):
        value = F.decode(value.cast("binary"), request.source.encoding)
    lines = lines.select(value.alias(LINE), *(name for name in lines.columns if name != "value"))
    kept = F.trim(LINE) != ""
    return lines.where(kept & (F.col(ROW) >= skip) if skip else kept), loaded
