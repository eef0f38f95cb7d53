"""What the HTML report shows, derived from the record; the template only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from etl_core.names import is_identifier, split_table
from etl_core.report.picture import Picture, Placed
from etl_core.report.records import RowCounts, RunRecord, TableRecord
from etl_core.report.wording import compact, duration, number

TROUBLE = ("failed", "blocked")  # the worse first
LABEL = 25  # characters that fit into a node of the lineage picture


@dataclass(frozen=True)
class Card:
    """One headline figure. `tone` is a status whose colour it takes, or ""."""

    label: str
    value: str
    detail: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One table. `anchor` is the id under which other parts of the page link to it."""

    anchor: str
    name: str
    record: TableRecord

    @property
    def passed(self) -> int:
        return sum(verdict.outcome == "passed" for verdict in self.record.verdicts)

    @property
    def blocking(self) -> int:
        """Blocking rules that failed."""
        return sum(verdict.outcome == "failed" and verdict.blocking for verdict in self.record.verdicts)

    @property
    def balanced(self) -> bool:
        return balanced(self.record.rows)

    @property
    def counted(self) -> bool:
        """Whether counts say something: zeros of a table that never ran do not."""
        return self.record.status == "done" or self.record.rows != RowCounts()


@dataclass(frozen=True)
class Node:
    """A node of the lineage picture. `status` is a table's, or `outside` or `source`."""

    placed: Placed
    status: str
    label: str
    caption: str
    title: str
    anchor: str = ""


def balanced(rows: RowCounts) -> bool:
    """The identity every report shows: what was read went somewhere."""
    return rows.read == rows.written + rows.quarantined + rows.dropped + rows.superseded


def by_layer(record: RunRecord) -> dict[str, list[Row]]:
    """Rows by layer, layers in the order in which they first appear."""
    layers: dict[str, list[Row]] = {}
    for index, part in enumerate(record.tables):
        layer, name = split_table(part.table)
        layers.setdefault(layer, []).append(Row(f"t{index}", name, part))
    return layers


def cards(record: RunRecord) -> list[Card]:
    parts = record.tables
    done = sum(part.status == "done" for part in parts)
    worst = next((status for status in TROUBLE if any(part.status == status for part in parts)), "")
    read, written = sum(part.rows.read for part in parts), sum(part.rows.written for part in parts)
    took = (record.finished - record.started).total_seconds()
    work = sum(part.seconds for part in parts)
    return [
        Card("Tables written", f"{done} of {len(parts)}", _statuses(record), worst),
        Card("Rows read", compact(read), number(read)),
        Card("Rows written", compact(written), number(written)),
        _quarantine_card(record),
        _rules_card(record),
        Card(
            "Duration", duration(took), f"{duration(work)} of work, {work / max(took, 0.001):.1f} at a time"
        ),
    ]


def _statuses(record: RunRecord) -> str:
    counts = [
        (sum(part.status == status for part in record.tables), word)
        for status, word in (
            ("failed", "failed"),
            ("blocked", "blocked"),
            ("not_started", "not started"),
            ("skipped", "skipped"),
            ("nothing_new", "unchanged"),
        )
    ]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "none left out"


def _quarantine_card(record: RunRecord) -> Card:
    rows = sum(part.rows.quarantined for part in record.tables)
    tables = sum(part.rows.quarantined > 0 for part in record.tables)
    where = f"in {tables} table" + ("" if tables == 1 else "s")
    return Card("Quarantined", compact(rows), where if rows else "no bad row", "blocked" if rows else "")


def _rules_card(record: RunRecord) -> Card:
    verdicts = [verdict for part in record.tables for verdict in part.judged]
    failed = [verdict for verdict in verdicts if verdict.outcome == "failed"]
    blocking = sum(verdict.blocking for verdict in failed)
    detail = f"{blocking} blocked, {len(failed) - blocking} warned" if failed else "all passed"
    tone = "failed" if blocking else "blocked" if failed else ""
    value = f"{len(verdicts) - len(failed)} of {len(verdicts)}"
    return Card("Rules passed", value, detail if verdicts else "no rule ran", tone)


def troubled(record: RunRecord) -> list[Row]:
    """Failed tables first, then blocked ones."""
    rows = [row for rows in by_layer(record).values() for row in rows]
    return [row for status in TROUBLE for row in rows if row.record.status == status]


def slowest(record: RunRecord) -> float:
    """Seconds of the slowest table, the length of a full bar."""
    return max((part.seconds for part in record.tables), default=0.0) or 1.0


def nodes(record: RunRecord, picture: Picture) -> list[Node]:
    """The picture's nodes with what is written on them."""
    rows = {row.record.table: row for layer in by_layer(record).values() for row in layer}
    return [_node(placed, rows.get(placed.name)) for placed in picture.nodes]


def _node(placed: Placed, row: Row | None) -> Node:
    layer, name = split_table(placed.name)
    if row is not None:
        return Node(placed, row.record.status, _short(name), _caption(layer, row), _title(row), row.anchor)
    if is_identifier(layer) and is_identifier(name):
        return Node(placed, "outside", _short(name), f"{layer} · not in this run", placed.name)
    tail = placed.name.rstrip("/").rpartition("/")[2]
    return Node(placed, "source", _short(tail or placed.name), "source", placed.name)


def _caption(layer: str, row: Row) -> str:
    written = row.record.rows.written
    return f"{layer} · {compact(written)} rows" if row.record.status == "done" else layer


def _title(row: Row) -> str:
    return f"{row.record.table}: {row.record.status.replace('_', ' ')}"


def _short(text: str) -> str:
    return text if len(text) <= LABEL else text[: LABEL - 1] + "…"
