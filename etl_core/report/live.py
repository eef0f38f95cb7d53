"""Progress on a terminal: a bar over all tables and one line for each that is running."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from etl_core.report.progress import describe
from etl_core.report.records import TableRecord
from etl_core.report.wording import COLOURS

TROUBLE = ("blocked", "failed")


class LiveProgress:
    """`Events` drawn with rich on stderr. What went wrong stays on screen as a line of its own; what
    went well only moves the bar (the summary follows anyway)."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bars = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24, table_column=None),
            TextColumn("{task.fields[stage]}", style="cyan", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._total = total
        self._done = 0
        self._running: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._all = self._bars.add_task("tables", total=total, stage=self._count())

    def started(self, table: str) -> None:
        with self._lock:
            if table not in self._running:
                self._running[table] = self._bars.add_task(f"  {table}", total=None, stage="starting")

    def stage(self, table: str, stage: str) -> None:
        with self._lock:
            if table in self._running:
                self._bars.update(self._running[table], stage=stage)

    def finished(self, record: TableRecord) -> None:
        with self._lock:
            self._done += 1
            task = self._running.pop(record.table, None)
            if task is not None:
                self._bars.remove_task(task)
            self._bars.update(self._all, completed=self._done, stage=self._count())
        if record.status in TROUBLE:
            self._console.print(Text(describe(record), style=COLOURS[record.status]))

    def _count(self) -> str:
        return f"{self._done} of {self._total}"

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
