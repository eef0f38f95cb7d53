"""What a run tells about itself while it goes on, and the plain form of showing it.

The live form for terminals is `report/live.py`; both are `Events` and safe to call from many threads.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from etl_core.report.records import TableRecord
from etl_core.report.wording import SYMBOLS, WORDS, duration, number, plural, printable

logger = logging.getLogger("strata.run")


class Events(Protocol):
    """What the engine calls. Each method returns at once and never raises."""

    def started(self, table: str) -> None:
        """Work on the table has begun."""

    def stage(self, table: str, stage: str) -> None:
        """The table has entered a stage: read, transform, check, write, publish, ..."""

    def finished(self, record: TableRecord) -> None:
        """The table is through, whatever became of it; also called for tables that were skipped."""


class Progress(Events, AbstractContextManager["Progress"], Protocol):
    """Events that are shown from `with` to its end."""


class PlainProgress:
    """One log line an event on logger `strata.run`: for CI, Glue and redirected output."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def started(self, table: str) -> None:
        logger.info("%s: started", table, extra={"table": table})

    def stage(self, table: str, stage: str) -> None:
        logger.debug("%s: %s", table, stage, extra={"table": table, "stage": stage})

    def finished(self, record: TableRecord) -> None:
        self._done += 1
        text = describe(record)
        logger.log(_level(record), "[%d/%d] %s", self._done, self._total, text, extra=_fields(record))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def describe(record: TableRecord) -> str:
    """One line on a finished table."""
    parts = [f"{SYMBOLS[record.status]} {record.table}: {WORDS[record.status]}"]
    if record.rows.read or record.rows.written:
        parts.append(f"{number(record.rows.read)} read, {number(record.rows.written)} written")
    if record.rows.quarantined:
        parts.append(f"{plural(record.rows.quarantined, 'row')} quarantined")
    if record.seconds:
        parts.append(duration(record.seconds))
    if record.error:
        parts.append(printable(record.error.partition("\n")[0]))
    return ", ".join(parts)


def _level(record: TableRecord) -> int:
    return logging.INFO if record.status in ("done", "nothing_new") else logging.WARNING


def _fields(record: TableRecord) -> dict[str, object]:
    """For logs that are read by machines; a plain line does not show them."""
    names = ("table", "status", "stage", "seconds", "data_state", "exit_code")
    fields: dict[str, object] = {name: getattr(record, name) for name in names}
    return fields | {f"rows_{name}": count for name, count in record.rows.model_dump().items()}
