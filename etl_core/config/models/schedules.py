"""`conf/schedules.yaml`: which tables run together, when, and with what capacity."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from etl_core.config.models.base import Model
from etl_core.config.models.project import Identifier

# AWS Glue Developer Guide, "AWS Glue worker types"
WorkerType = Literal[
    "G.1X", "G.2X", "G.4X", "G.8X", "G.12X", "G.16X", "R.1X", "R.2X", "R.4X", "R.8X"
]  # fmt: skip
GLUE_NAME = r"^[A-Za-z0-9_.-]{1,255}$"
GlueName = Annotated[str, StringConstraints(pattern=GLUE_NAME)]


class Schedule(Model):
    """Starts by exactly one of `cron`, `after` and `on_demand`."""

    select: str = Field(description="A selection: layer.*, +table, table+.")
    description: str = Field(default="", max_length=512)
    cron: str | None = Field(
        default=None, description="Six fields in UTC, as Glue triggers take them: 0 3 * * ? *."
    )
    after: Identifier | None = Field(default=None, description="Starts when this schedule has succeeded.")
    on_demand: bool = Field(default=False, description="Starts only when somebody starts it.")
    jobs: Literal["one", "per_table"] = Field(
        default="one",
        description="one: a single Glue job runs all tables, many at a time, which is cheap. per_table: a "
        "Glue job a table, started when what it reads is done.",
    )
    workers: int = Field(default=2, ge=2, le=299, description="Glue workers of each job.")
    worker_type: WorkerType = Field(default="G.1X", description="R types: twice the memory.")
    execution: Literal["standard", "flex"] = Field(
        default="standard", description="flex: spare capacity, cheaper, may start late or be taken away."
    )
    timeout_minutes: int = Field(
        default=120, ge=1, le=10080, description="A run that takes longer is stopped. At most a week."
    )
    retries: int = Field(default=0, ge=0, le=10, description="How often Glue runs a failed job again.")
    max_concurrent_runs: int = Field(
        default=1, ge=1, le=1000, description="Runs of one job at a time; the lease lets one write a table."
    )
    queueing: bool = Field(
        default=False, description="Wait where the account's limits are reached, instead of failing."
    )
    connections: tuple[GlueName, ...] = Field(
        default=(), description="Names of Glue connections (network, databases) the jobs use."
    )
    security_configuration: GlueName | None = Field(
        default=None, description="Glue security configuration: how logs and data are encrypted."
    )


class SchedulesConfig(Model):
    schedules: dict[Identifier, Schedule] = {}
