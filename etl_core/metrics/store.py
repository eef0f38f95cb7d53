"""Writing `_strata.metrics`: a run's rows in one commit, once, whoever else commits meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

import pyarrow as pa
from pyiceberg.exceptions import (
    CommitFailedException,
    TableAlreadyExistsError,
)
from pyiceberg.expressions import And, BooleanExpression
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import (
    BooleanType,
    DoubleType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.metrics.conditions import equal, missing, one_of
from etl_core.metrics.held import held
from etl_core.metrics.model import MetricRow
from etl_core.names import METRICS
from etl_core.sinks.iceberg.pycatalog import catalog_for

_STRING, _TIME = StringType(), TimestamptzType()
_TYPES = {
    "run_id": _STRING,
    "batch": IntegerType(),
    "kind": _STRING,
    "table": _STRING,
    "logical_time": _TIME,
    "recorded_at": _TIME,
    "ruleset": _STRING,
    "rule": _STRING,
    "rule_type": _STRING,
    "outcome": _STRING,
    "blocking": BooleanType(),
    "reason": _STRING,
    "rows": LongType(),
    "measure": _STRING,
    "metric": _STRING,
    "column": _STRING,
    "value": DoubleType(),
    "published_as": _STRING,
    "rewound_by": _STRING,
}
_SCHEMA = Schema(
    *(
        NestedField(number, name, kind, required=False)
        for number, (name, kind) in enumerate(_TYPES.items(), 1)
    )
)
_PROPERTIES = {
    "comment": "what rules found, run by run; kept by Strata",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "commit.manifest-merge.enabled": "true",  # a manifest a run would slow down every reader
    # pyiceberg would commit the same rows again; here each try looks first whether they are there
    "commit.retry.num-retries": "0",
}
_PATIENCE = 60  # seconds for which a run tries to get its commit in between those of others


def add(environment: EnvironmentConfig, rows: Sequence[MetricRow]) -> None:
    """The rows of one run, in one commit; what an earlier attempt of the same run said of the same tables
    is replaced. Raises what pyiceberg and the storage raise."""
    table = _created(environment)
    tables = sorted({row.table for row in rows})
    own = And(equal("run_id", rows[0].run_id), one_of("table", tables))
    data = pa.Table.from_pylist([asdict(row) for row in rows], schema=table.schema().as_arrow())

    def attempt() -> None:
        table.refresh()
        if _may_hold(table, own):
            table.overwrite(data, own)
        else:
            table.append(data)

    _insisting(attempt)


def mark_undone(environment: EnvironmentConfig, name: str, runs: Collection[str], by: str) -> None:
    """Rows of the table `name` that were published as `runs` say from now on that run `by` undid them.
    Raises as `add`."""
    table = held(environment)
    if table is None or not runs:
        return
    theirs = And(equal("table", name), one_of("published_as", sorted(runs)), missing("rewound_by"))

    def attempt() -> None:
        table.refresh()
        rows = table.scan(theirs).to_arrow()
        if rows.num_rows:
            place = rows.schema.get_field_index("rewound_by")
            field = rows.schema.field(place)
            marked = rows.set_column(place, field, pa.array([by] * rows.num_rows, field.type))
            table.overwrite(marked, theirs)

    _insisting(attempt)


def _may_hold(table: Table, rows: BooleanExpression) -> bool:
    """By the bounds that the files' entries have; no file is opened."""
    return next(iter(table.scan(rows).plan_files()), None) is not None


def _insisting(attempt: Callable[[], None]) -> None:
    retrying = Retrying(
        retry=retry_if_exception_type(CommitFailedException),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        stop=stop_after_delay(_PATIENCE),
        reraise=True,
    )
    retrying(attempt)


def _created(environment: EnvironmentConfig) -> Table:
    if (table := held(environment)) is not None:
        return table
    catalog, location = catalog_for(environment, METRICS)
    try:
        return catalog.create_table(METRICS, _SCHEMA, location=location, properties=_PROPERTIES)
    except TableAlreadyExistsError:  # another run was faster
        return catalog.load_table(METRICS)
