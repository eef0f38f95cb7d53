"""One table that the streams go through: a project on disk, run in this process, read as users read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request
from etl_core.runtime.installed import installed_profile
from tests.streams import delivery
from tests.streams.modes import Mode, format_of, target_of
from tests.warehouse import Warehouse

NAME = "raw.stream"
COLUMNS = """\
columns:
  - {name: stream, type: int, nullable: false}
  - {name: k, type: int}
  - {name: ts, type: timestamp}
  - {name: n, type: int}
  - {name: a, type: int}
  - {name: b}
  - {name: p, type: int}
"""


class RunFailed(AssertionError):
    """A run that had to be good was not."""


def contract(name: str, landing: str, kind: str, mode: Mode, *, new_column: str) -> str:
    """YAML of a table that takes the lines of a landing folder."""
    operation = "  - {name: op}\n" if "op" in mode.stored else ""
    return (
        f"table: {name}\nsource: {{type: files, path: {landing}}}\ntarget: {target_of(kind, mode)}\n"
        f"drift: {{new_column: {new_column}}}\n{COLUMNS}{operation}"
    )


class Table:
    """`root` is an empty folder."""

    def __init__(self, spark: SparkSession, root: Path, kind: str, mode: Mode) -> None:
        self.root = root
        self.landing = root / "landing"
        self._format = format_of(kind)
        self._warehouse = Warehouse(spark, root / "warehouse")
        self._write("conf/strata.yaml", "name: streams\nlayers: [raw]\n")
        self._write("conf/environments/local.yaml", f"profile: {installed_profile()}\nwarehouse: warehouse\n")
        text = contract(NAME, "landing", kind, mode, new_column="drop")
        self._write("conf/tables/raw/stream.yaml", text)
        self.landing.mkdir(parents=True)

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, batch: delivery.Batch) -> TableRecord:
        """The batch lands, and `strata run` takes it."""
        delivery.write(self.landing, batch)
        record = run(Request(self.root, keep_session=True)).record.tables[0]
        if record.exit_code:
            raise RunFailed(f"{record.stage}: {record.error}")
        return record

    def rows(self) -> list[dict[str, Any]]:
        """As readers see them now; times in UTC, without a zone. Strata's own columns are left out."""
        return self._warehouse.rows(NAME, self._format)

    def quarantined(self) -> int:
        return len(self._warehouse.side(NAME, "quarantine", self._format))
