"""Tables that a command changes outside a run: all of them held first, and mended as a run would."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pyspark.sql import SparkSession

from etl_core.config.project import Table
from etl_core.errors import StateError
from etl_core.lease import Lease, acquire
from etl_core.run.common.engine import Engine
from etl_core.run.writing.removing import finish_removal
from etl_core.run.writing.side_tables import recover
from etl_core.runtime.session import table_session
from etl_core.sinks.protocol import SinkTable


@dataclass(frozen=True)
class Held:
    """A table under this process's lease."""

    table: Table
    target: SinkTable
    spark: SparkSession
    lease: Lease


@contextmanager
def holding(engine: Engine, names: Collection[str]) -> Iterator[dict[str, Held]]:
    """The tables, each under its lease and without what dead runs left.

    Raises LeaseBusy before any of them is touched.
    """
    with ExitStack() as leases:
        held = {name: leases.enter_context(_lease(engine, name)) for name in sorted(names)}
        tables = {name: _open(engine, name, lease) for name, lease in held.items()}
        for one in tables.values():
            _mend(engine, one)
        yield tables


def _lease(engine: Engine, name: str) -> Lease:
    return acquire(engine.storage, name, engine.run_id, timeout=engine.lock_timeout)


def _open(engine: Engine, name: str, lease: Lease) -> Held:
    table, spark = engine.project.tables[name], table_session(engine.spark)
    return Held(table, engine.target(table, spark), spark, lease)


def _mend(engine: Engine, held: Held) -> None:
    if held.target.exists():
        held.target.drop_leftovers()
        shown = _shown_run(held.target)
        finish_removal(engine, held.table, shown, held.spark)
        recover(engine, held.table, shown, held.spark)


def _shown_run(target: SinkTable) -> str:
    """The run whose state readers see; "" if the table has none, or has lost it."""
    try:
        state = target.state()
    except StateError:
        return ""
    return state.run_id if state else ""
