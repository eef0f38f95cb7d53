"""`conf/schedules.yaml`: which tables run together and when."""

from __future__ import annotations

from pydantic import Field

from etl_core.config.models.base import Model
from etl_core.config.models.project import Identifier


class Schedule(Model):
    select: str = Field(description="A selection: layer.*, +table, table+.")
    cron: str | None = Field(default=None, description="Six fields, as Glue triggers take them.")
    after: Identifier | None = Field(default=None, description="Starts when this schedule has succeeded.")
    workers: int = Field(default=2, ge=2, description="Glue workers.")
    worker_type: str = Field(default="G.1X", pattern=r"^[GR]\.\d+X$")


class SchedulesConfig(Model):
    schedules: dict[Identifier, Schedule] = {}
