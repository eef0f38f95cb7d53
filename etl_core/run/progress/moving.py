"""The moves of a rewind, one table after another, each safe to repeat."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from etl_core.errors import EtlError, PublishError
from etl_core.plan.rewinding import Move, Rewinding
from etl_core.report.records import TableRecord
from etl_core.run.common.engine import Engine
from etl_core.run.locked import Held, holding
from etl_core.run.writing.removing import finish_removal, plan_undoing
from etl_core.state.models import TableState


def move_all(engine: Engine, found: Rewinding) -> list[TableRecord]:
    """The first failure stops it; what is left then is told, and done by saying it again."""
    records: list[TableRecord] = []
    with holding(engine, [move.table for move in found.moves]) as held:
        for move in found.moves:
            _refuse_moved(held[move.table], move)
        for move in reversed(found.moves):
            stopped = any(record.status == "failed" for record in records)
            records.append(_skipped(held, move) if stopped else _moved(engine, held[move.table], move))
    return records[::-1]


def _refuse_moved(held: Held, move: Move) -> None:
    newest = next(held.target.stamps(), None)
    if newest is None or newest[0] != move.snapshot:
        raise PublishError(
            f"{move.table}: another run published meanwhile; nothing was changed",
            hint="say it again: what is undone is then another snapshot",
        )


def _moved(engine: Engine, held: Held, move: Move) -> TableRecord:
    began, clock = datetime.now(UTC), time.monotonic()
    record = _record(held, move, began)
    try:
        _move(engine, held, move)
    except EtlError as error:
        told = {"status": "failed", "error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        return record.model_copy(update={**told, "data_state": "say the same command again to finish it"})
    seconds = round(time.monotonic() - clock, 3)
    return record.model_copy(update={"seconds": seconds, "snapshot": held.target.snapshot()})


def _move(engine: Engine, held: Held, move: Move) -> None:
    shown = move.to_run or engine.run_id
    plan_undoing(engine, held.table, move.undone, shown=shown)
    held.lease.check()
    if move.to_snapshot:
        held.target.rollback(move.to_snapshot)
    else:
        _empty(engine, held)
    finish_removal(engine, held.table, shown, held.spark)


def _empty(engine: Engine, held: Held) -> None:
    """As before its first run, but for its columns: no rows, nothing read."""
    staging = held.target.begin(engine.run_id)
    try:
        held.target.overwrite(staging, held.target.read().limit(0))
        held.target.publish(staging, TableState(run_id=engine.run_id, at=engine.logical_time))
    except EtlError:
        held.target.discard(staging, keep=False)
        raise


def _skipped(held: dict[str, Held], move: Move) -> TableRecord:
    record = _record(held[move.table], move, datetime.now(UTC))
    return record.model_copy(update={"status": "skipped", "notes": ("not rewound yet",)})


def _record(held: Held, move: Move, began: datetime) -> TableRecord:
    there = (
        f"to snapshot {move.to_snapshot} of run {move.to_run}"
        if move.to_snapshot
        else "to before its first run"
    )
    return TableRecord(
        table=move.table,
        status="done",
        mode=held.table.config.target.mode,
        format=held.table.format,
        started=began,
        notes=(f"rewound from snapshot {move.snapshot} of run {move.run_id} {there}",),
    )
