"""What every way of preparing a batch gets."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import SparkSession

from etl_core.config.project import Table
from etl_core.run.common.context import Run
from etl_core.run.common.engine import Engine
from etl_core.run.common.inputs import Inputs
from etl_core.sinks.protocol import SinkTable
from etl_core.state.models import TableState


@dataclass(frozen=True)
class Task:
    """The table, its target as readers see it now, the state that stands, and what was read for it."""

    engine: Engine
    table: Table
    run: Run
    spark: SparkSession
    target: SinkTable
    inputs: Inputs
    before: TableState | None = None
