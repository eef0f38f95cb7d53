"""One table that the streams go through: a project on disk, run in this process, read as users read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request
from tests.streams import delivery
from tests.streams.modes import Mode
from tests.warehouse import Warehouse

NAME = "raw.stream"
CONTRACT = """\
table: raw.stream
source: {{type: files, path: landing}}
target: {{format: {format}, {target}}}
drift: {{new_column: drop}}
columns:
  - {{name: stream, type: int, nullable: false}}
  - {{name: k, type: int}}
  - {{name: ts, type: timestamp}}
  - {{name: n, type: int}}
  - {{name: a, type: int}}
  - {{name: b}}
  - {{name: p, type: int}}
{operation}"""


class Table:
    """`root` is an empty folder."""

    def __init__(self, spark: SparkSession, root: Path, format_name: str, mode: Mode) -> None:
        self.root = root
        self.landing = root / "landing"
        self._format = format_name
        self._warehouse = Warehouse(spark, root / "warehouse")
        operation = "  - {name: op}\n" if "op" in mode.stored else ""
        contract = CONTRACT.format(format=format_name, target=mode.target, operation=operation)
        self._write("conf/strata.yaml", "name: streams\nlayers: [raw]\n")
        self._write("conf/environments/local.yaml", "profile: glue-5.1\nwarehouse: warehouse\n")
        self._write("conf/tables/raw/stream.yaml", contract)
        self.landing.mkdir(parents=True)

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, batch: delivery.Batch) -> TableRecord:
        """The batch lands, and `strata run` takes it."""
        delivery.write(self.landing, batch)
        record = run(Request(self.root, keep_session=True)).record.tables[0]
        assert record.exit_code == 0, f"{record.stage}: {record.error}"
        return record

    def rows(self) -> list[dict[str, Any]]:
        """As readers see them now; times in UTC, without a zone. Strata's own columns are left out."""
        return self._warehouse.rows(NAME, self._format)

    def quarantined(self) -> int:
        return len(self._warehouse.side(NAME, "quarantine", self._format))
