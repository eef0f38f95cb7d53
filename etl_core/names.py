"""Names and texts on their way into SQL: checked and quoted here, and nowhere else.

Where many columns meet, expressions are built as SQL text: one call into the JVM, not twenty a column.
"""

from __future__ import annotations

import re

IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]{0,127}"
TABLE_NAME = rf"^{IDENTIFIER}\.{IDENTIFIER}$"
SYSTEM_PREFIX = "_strata_"
SYSTEM_NAMESPACE = "_strata"
METRICS = "_strata.metrics"  # the table of what rules found

# System columns, in the order in which they stand in a table.
SOURCE_FILE = "_strata_source_file"  # string: path below the source's folder
ROW = "_strata_row"  # bigint: position within the file, strictly increasing
EPOCH = "_strata_epoch"  # int: DMS: how many full loads began before and with this one
PHASE = "_strata_phase"  # int: DMS: 0 full load, 1 changes
RUN_ID = "_strata_run_id"  # string: the run that wrote the row (the batch)
INGESTED_AT = "_strata_ingested_at"  # timestamp: logical time of that run
SEQ = "_strata_seq"  # struct: order of the event that last wrote the row
PROBLEM = "_strata_problem"  # string: why the source could not read the row; never stored
RAW_LINE = "_strata_raw"  # string: the line as received, set with PROBLEM; never stored
ERRORS = "_strata_errors"  # array<struct<column,value,reason>>; never stored in the target
FLAWED = "_strata_flawed"  # boolean: ERRORS is not NULL, at less cost; never stored
ERRORS_TYPE = "array<struct<column:string,value:string,reason:string>>"
KIND = "_strata_kind"  # string: what a row of tombstones or history stands for
TAKEN = "_strata_requeued_run"  # string: quarantine: a requeue took that run's rows; not a row itself
DELETE = "_strata_delete"  # boolean: the event deletes its key; never stored

# Columns that history and soft deletes add; part of the table as its readers know it.
VALID_FROM = "valid_from"  # scd2: type of effective_at: the interval's begin, inclusive
VALID_TO = "valid_to"  # scd2: its end, exclusive; NULL while current
IS_CURRENT = "is_current"  # scd2: boolean
IS_DELETED = "is_deleted"  # soft deletes: boolean
HISTORY_COLUMNS = (VALID_FROM, VALID_TO, IS_CURRENT)

ORDER_COLUMNS = (EPOCH, PHASE, SOURCE_FILE, ROW)


def quote(identifier: str) -> str:
    """Backquoted for Spark SQL, so that any column name is data and never syntax."""
    return "`" + identifier.replace("`", "``") + "`"


def literal(text: str | None) -> str:
    """`text` as a SQL literal, whatever characters it has."""
    if text is None:
        return "CAST(NULL AS STRING)"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_table(*parts: str) -> str:
    return ".".join(quote(part) for part in parts)


def is_identifier(text: str) -> bool:
    return re.fullmatch(IDENTIFIER, text) is not None


def split_table(table: str) -> tuple[str, str]:
    """`layer.table` -> its two parts."""
    layer, _, name = table.partition(".")
    return layer, name


def side_table(table: str, kind: str) -> str:
    """`standardized.employee`, `quarantine` -> `_strata.standardized__employee_quarantine`."""
    layer, name = split_table(table)
    return f"{SYSTEM_NAMESPACE}.{layer}__{name}_{kind}"
