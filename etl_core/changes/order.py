"""The order of events: one comparable value, `_strata_seq`, the same for an event in every run."""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ByteType,
    DataType,
    FloatType,
    IntegerType,
    ShortType,
    StructField,
    StructType,
)

from etl_core.changes.compare import has_map
from etl_core.errors import TransformError
from etl_core.names import EPOCH, ORDER_COLUMNS, PHASE, ROW, SEQ, SOURCE_FILE, SYSTEM_PREFIX, quote

_FIELDS = {EPOCH: "epoch", PHASE: "phase", SOURCE_FILE: "file", ROW: "row"}
TIE = "tie"
EXTRACT = "extract"


def order_columns(df: DataFrame, sequence_by: tuple[str, ...], *, needed: bool = True) -> tuple[str, ...]:
    """The columns that order the events of `df`: `sequence_by`, then the source's own order.

    Raises TransformError when there is neither and an order is `needed`, or when a `sequence_by` column
    is missing.
    """
    missing = [column for column in sequence_by if column not in df.columns]
    if missing:
        raise TransformError(
            f"sequence_by names {', '.join(missing)}, which the rows do not have",
            hint=f"columns: {', '.join(column for column in df.columns if column not in ORDER_COLUMNS)}",
        )
    columns = (*sequence_by, *(column for column in ORDER_COLUMNS if column in df.columns))
    if not columns and needed:
        raise TransformError(
            f"the events have no order: no sequence_by, and the job dropped {', '.join(ORDER_COLUMNS)}",
            hint="set target.sequence_by, or let the job keep the `_strata_*` columns of the input "
            "that carries the changes",
        )
    return columns


def sequence(df: DataFrame, sequence_by: tuple[str, ...], extract: datetime | None = None) -> Column:
    """`_strata_seq`: struct<k1.., epoch int, phase int, file string, row bigint>, of what `df` carries.

    `file` is the base name for DMS rows (epoch > 0): a DMS name is a number or a time, and folders
    by date must not outrank it; otherwise the path below the source. Rows without a row order get
    `tie` bigint as the last field, a hash of the row, so that equal sequences are decided in the
    same way within a batch and across batches. Integers are held as bigint and floats as double:
    a widened source column then leaves the target's schema as it is. Rows of a full extract need no
    order among them, and the time of the `extract` (with a zone) is their first field, a timestamp.

    Raises TransformError as `order_columns` does.
    """
    order = order_columns(df, sequence_by, needed=extract is None)
    fields = [] if extract is None else [F.lit(extract).cast("timestamp").alias(EXTRACT)]
    fields += [_widened(df, name).alias(f"k{i}") for i, name in enumerate(sequence_by, start=1)]
    fields += [_order_field(df, name).alias(_FIELDS[name]) for name in order[len(sequence_by) :]]
    if ROW not in df.columns:
        fields.append(row_hash(df).alias(TIE))
    return F.struct(*fields)


def ordered_by(schema: StructType) -> tuple[str, ...]:
    """Which of the source's order columns a table's rows have: in `_strata_seq`, else as its columns."""
    held = schema[SEQ].dataType if SEQ in schema.names else None
    if isinstance(held, StructType):
        return tuple(name for name in ORDER_COLUMNS if _FIELDS[name] in held.names)
    return tuple(name for name in ORDER_COLUMNS if name in schema.names)


def place_of(df: DataFrame, name: str) -> Column | None:
    """The order column `name` of rows that carry it, by itself or in `_strata_seq`; None if they do not."""
    if name in df.columns:
        return F.col(name)
    held = df.schema[SEQ].dataType if SEQ in df.columns else None
    known = isinstance(held, StructType) and _FIELDS[name] in held.names
    return F.col(f"{SEQ}.{_FIELDS[name]}") if known else None


def with_extract_sequence(df: DataFrame, sequence_by: tuple[str, ...], extract: datetime) -> DataFrame:
    """Adds the `_strata_seq` of an extract's rows. Its fields can be NULL: a key that the extract lacks
    has no place in it."""
    placed = df.withColumn(SEQ, sequence(df, sequence_by, extract))
    data_type = placed.schema[SEQ].dataType
    assert isinstance(data_type, StructType)
    fields = [StructField(field.name, field.dataType) for field in data_type.fields]
    return placed.withColumn(SEQ, F.col(SEQ).cast(StructType(fields)))


def row_hash(df: DataFrame) -> Column:
    """bigint: 64-bit hash of the row without system columns (their values differ from run to run)."""
    fields = [field for field in df.schema if not field.name.startswith(SYSTEM_PREFIX)]
    return F.xxhash64(*(_hashable(field.name, field.dataType) for field in fields))


def newer(source: str, target: str) -> str:
    """SQL condition for a MERGE: the event under alias `source` is newer than the row under `target`.

    A row without a sequence (written by another tool) is older than any event.
    """
    held = f"{quote(target)}.{quote(SEQ)}"
    return f"({held} IS NULL OR {quote(source)}.{quote(SEQ)} > {held})"


def _order_field(df: DataFrame, name: str) -> Column:
    column = F.col(name)
    if name != SOURCE_FILE or EPOCH not in df.columns:
        return column
    return F.when(F.col(EPOCH) > 0, F.substring_index(column, "/", -1)).otherwise(column)


def _widened(df: DataFrame, name: str) -> Column:
    data_type = df.schema[name].dataType
    column = F.col(quote(name))
    if isinstance(data_type, ByteType | ShortType | IntegerType):
        return column.cast("bigint")
    return column.cast("double") if isinstance(data_type, FloatType) else column


def _hashable(name: str, data_type: DataType) -> Column:
    column = F.col(quote(name))
    return F.to_json(column) if has_map(data_type) else column
