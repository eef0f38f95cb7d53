"""What every stage of a run shares: one frozen value, made once a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pyspark.sql import SparkSession

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.project import Project, Table
from etl_core.names import SEQ, VALID_FROM, side_table
from etl_core.registry import Registry
from etl_core.report.progress import Events
from etl_core.run.common.context import Run
from etl_core.sinks.protocol import Sink, SinkTable, TargetSpec
from etl_core.sources.protocol import Source
from etl_core.storage.protocol import Storage
from quality import engines as rule_engines
from quality.engine import Engine as RuleEngine


@dataclass(frozen=True)
class Engine:
    """Session, registries and the run's identity. Stages get it beside their slice of the plan."""

    spark: SparkSession
    project: Project
    storage: Storage
    sources: Registry[Source]
    sinks: Registry[Sink]
    events: Events
    run_id: str
    logical_time: datetime
    lock_timeout: float = 0.0
    published: dict[str, str] = field(default_factory=dict)  # table -> snapshot, of this run

    @cached_property
    def rules(self) -> RuleEngine:
        """Loaded when the first table with rules asks."""
        return rule_engines.get(self.environment.rule_engine)

    @property
    def environment(self) -> EnvironmentConfig:
        return self.project.environment

    def run_for(self, table: Table) -> Run:
        """The `run` argument of the table's job."""
        return Run(self.run_id, self.logical_time, table.parameters)

    def target(self, table: Table, spark: SparkSession) -> SinkTable:
        """The table's target, opened in the table's own session."""
        return self.sinks.get(table.format).open(spark, self.environment, target_spec(table))

    def side(self, table: Table, kind: str, spark: SparkSession) -> SinkTable:
        """A side table (`quarantine`, `tombstones`), in the format of the table it belongs to."""
        name = side_table(table.name, kind)
        text = f"{kind} of {table.name}, kept by Strata"
        of = (("strata.side_table_of", table.name),)
        spec = TargetSpec(
            name, description=text, properties=of, owner=table.config.owner, readers=table.readers
        )
        return self.sinks.get(table.format).open(spark, self.environment, spec)


def target_spec(table: Table) -> TargetSpec:
    config = table.config
    comments = [(column.name, column.description) for column in config.columns if column.description]
    if config.takes_events:
        comments.append((SEQ, "order of the event that last wrote the row"))
    return TargetSpec(
        name=table.name,
        keys=(*config.target.keys, *((VALID_FROM,) if config.target.history == "scd2" else ())),
        partition_by=config.target.partition_by,
        properties=tuple(sorted(config.target.properties.items())),
        description=config.description,
        column_comments=tuple(comments),
        owner=config.owner,
        readers=table.readers,
    )
