"""The modes under proof, one entry each, and which formats claim to have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from etl_core.sinks import capabilities
from tests.oracles import events, plain
from tests.streams import drafts
from tests.streams.expect import Events, Histories, Oracle, Snapshots, SoftTable

COLUMNS = ("stream", "k", "ts", "n", "a", "b", "p")
WITH_OP = (*COLUMNS, "op")
WITH_HISTORY = (*COLUMNS, "valid_from", "valid_to", "is_current")
KEYS = "keys: [stream, k]"
MERGE = f"mode: merge, {KEYS}, sequence_by: [ts]"
CDC = f"mode: cdc, {KEYS}, sequence_by: [ts], operation_column: op"
SCD2 = f"mode: cdc, history: scd2, {KEYS}, sequence_by: [ts, n], operation_column: op, track: [a, b]"
SNAPSHOT = f"mode: snapshot, {KEYS}, max_deleted: 100%"


@dataclass(frozen=True)
class Mode:
    """`target`: YAML of the contract beside the format. `stored`: the columns that readers compare."""

    mode: str
    target: str
    oracle: Callable[[], Oracle]
    stored: tuple[str, ...] = COLUMNS
    streams: st.SearchStrategy[drafts.Stream] = drafts.EVENTS
    history: str = "scd1"
    deletes: str = "hard"
    by_batch: bool = False  # in which partitions rows lie depends on their batch
    has_law: bool = False  # any delivery of the events ends in the same table

    def of(self, kind: str) -> bool:
        """Whether the format claims this mode."""
        can = capabilities.load().get(format_of(kind))
        return self.mode in can.modes and self.history in can.histories and self.deletes in can.deletes


def _partitions() -> Oracle:
    return Events(plain.PartitionsTable(by="p"))


def _cdc(table: events.Table) -> Oracle:
    return Events(table, operations=True)


MODES = {
    "append": Mode("append", "mode: append", lambda: Events(plain.AppendTable()), WITH_OP),
    "overwrite": Mode("overwrite", "mode: overwrite", lambda: Events(plain.OverwriteTable()), WITH_OP),
    "overwrite_partitions": Mode(
        "overwrite_partitions",
        "mode: overwrite_partitions, partition_by: [p]",
        _partitions,
        WITH_OP,
        by_batch=True,
    ),
    "merge": Mode("merge", MERGE, lambda: Events(events.Table()), WITH_OP),
    "cdc": Mode("cdc", CDC, lambda: _cdc(events.Table())),
    "cdc_soft": Mode(
        "cdc", f"{CDC}, deletes: soft", lambda: _cdc(SoftTable(soft=True)), (*COLUMNS, "is_deleted"),
        deletes="soft",
    ),
    "cdc_partial": Mode(
        "cdc", f"{CDC}, partial: ignore_null_updates", lambda: _cdc(events.Table(partial=True))
    ),
    "snapshot": Mode("snapshot", SNAPSHOT, Snapshots, streams=drafts.LINES),
    "cdc_scd2": Mode("cdc", SCD2, Histories, WITH_HISTORY, history="scd2", has_law=True),
    "snapshot_scd2": Mode(
        "snapshot", f"{SNAPSHOT}, history: scd2, track: [a, b]", lambda: Snapshots(with_history=True),
        WITH_HISTORY, streams=drafts.LINES, history="scd2",
    ),
}  # fmt: skip


def kinds() -> list[str]:
    """Every format, and `hudi-mor`: Hudi with merge-on-read."""
    names = capabilities.load().names()
    return sorted([*names, *(["hudi-mor"] if "hudi" in names else [])])


def format_of(kind: str) -> str:
    return kind.partition("-")[0]


def target_of(kind: str, mode: Mode) -> str:
    """YAML of the contract's target."""
    merged = ", properties: {hoodie.table.type: MERGE_ON_READ}" if kind == "hudi-mor" else ""
    return f"{{format: {format_of(kind)}, {mode.target}{merged}}}"


def combinations() -> list[tuple[str, str]]:
    """(kind of format, mode) that are claimed."""
    return [(kind, mode) for kind in kinds() for mode, it in MODES.items() if it.of(kind)]
