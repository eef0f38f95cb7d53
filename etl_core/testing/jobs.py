"""Call a job as a run does: inputs by name, and a `Run` where the job takes one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.models.project import Scalar
from etl_core.registry import closest_hint
from etl_core.run.common.context import Run

LOGICAL_TIME = datetime(2024, 1, 1, tzinfo=UTC)  # a test's result must not depend on the day it runs


def run_table(
    job: Callable[..., DataFrame],
    inputs: Mapping[str, DataFrame | list[dict[str, Any]]],
    *,
    parameters: Mapping[str, Scalar] | None = None,
    logical_time: datetime = LOGICAL_TIME,
    contract: Mapping[str, str] | None = None,
) -> DataFrame:
    """The job's result for `inputs`, by parameter name.

    A list of dicts becomes a DataFrame with the types Spark infers; use `dataframe` for exact ones.
    `parameters` is what `run.parameter(name)` finds. `contract` (column -> Spark type) narrows and
    casts the result to the contract's columns, as a written table has them.

    Raises TypeError naming the inputs if they are not the job's.
    """
    names = [name for name in inspect.signature(job).parameters if name != "run"]
    for name in inputs:
        if name not in names:
            raise TypeError(f"{name!r} is no input of the job; {closest_hint(name, tuple(names))}")
    if missing := [name for name in names if name not in inputs]:
        raise TypeError(f"inputs missing: {', '.join(missing)}")
    arguments: dict[str, Any] = {name: _frame(name, rows) for name, rows in inputs.items()}
    if "run" in inspect.signature(job).parameters:
        arguments["run"] = Run("test", logical_time, dict(parameters or {}))
    result = job(**arguments)
    if contract is None:
        return result
    return result.select(*[result[name].cast(type_).alias(name) for name, type_ in contract.items()])


def _frame(name: str, rows: DataFrame | list[dict[str, Any]]) -> DataFrame:
    if isinstance(rows, DataFrame):
        return rows
    spark = SparkSession.getActiveSession()
    if spark is None:
        raise TypeError(f"input {name!r} is a list, but no Spark session runs; use fixture `strata_spark`")
    if not rows:
        raise TypeError(f"input {name!r} is empty: use dataframe(spark, schema) to give its columns")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return spark.createDataFrame([tuple(row.get(column) for column in columns) for row in rows], columns)
