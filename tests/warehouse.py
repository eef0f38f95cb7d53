"""What readers of a warehouse see, by the sinks' own `read`, in a session without anything of a run."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.names import SYSTEM_PREFIX, side_table
from etl_core.runtime.installed import installed_profile
from etl_core.sinks import protocol
from etl_core.sinks.protocol import SinkTable, TargetSpec


class Warehouse:
    """The folder `path`, all formats."""

    def __init__(self, spark: SparkSession, path: Path) -> None:
        self.environment = EnvironmentConfig(profile=installed_profile(), warehouse=str(path))
        self.session = spark.newSession()
        registry = protocol.load()
        for name in registry.names():
            for key, value in registry.get(name).session_settings(self.environment).items():
                with suppress(AnalysisException):  # a static one: tests/conftest.py has set it
                    self.session.conf.set(key, value)

    def open(self, table: str, format_name: str, **spec: Any) -> SinkTable:
        sink = protocol.load().get(format_name)
        return sink.open(self.session, self.environment, TargetSpec(table, **spec))

    def rows(self, table: str, format_name: str, *, system: bool = False) -> list[dict[str, Any]]:
        """Timestamps in UTC, without a zone. Strata's own columns only if asked for; no table: no rows."""
        opened = self.open(table, format_name)
        if not opened.exists():
            return []
        frame = opened.read()
        kept = [name for name in frame.columns if system or not name.startswith(SYSTEM_PREFIX)]
        return [
            {name: _plain(value) for name, value in zip(kept, row, strict=True)}
            for row in frame.select(*[f"`{name}`" for name in kept]).collect()
        ]

    def side(self, table: str, kind: str, format_name: str) -> list[dict[str, Any]]:
        """A side table's rows, all columns."""
        return self.rows(side_table(table, kind), format_name, system=True)


def _plain(value: Any) -> Any:
    aware = getattr(value, "tzinfo", None) is not None
    return value.astimezone(UTC).replace(tzinfo=None) if aware else value
