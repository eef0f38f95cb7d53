"""The message of a run that did not go well: plain text for mails and chats, made from its record.

It has what the report says of the tables in trouble, but not why rows were quarantined: such reasons quote
values, and a topic has readers of its own.
Limits: Amazon SNS API Reference, "Publish".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from etl_core.config.models.notify import Event
from etl_core.config.secrets import redact
from etl_core.report.records import RunRecord, TableRecord
from etl_core.report.wording import duration, outcome, plural, printable

LONGEST_SUBJECT = 99  # characters, of ASCII; "less than 100"
LARGEST = 250_000  # bytes, of 262,144: the rest is for subject and attributes
_LONGEST_LINE = 2_000
_MOST_RULES = 10  # of one table
_FAILED = ("failed", "not_started")


@dataclass(frozen=True)
class Message:
    """`attributes` are what filter policies choose by."""

    subject: str
    text: str
    attributes: dict[str, str]


def happened(record: RunRecord) -> tuple[Event, ...]:
    """What of this there was in the run, the worst first."""
    found = {_event(part) for part in record.tables}
    if record.warnings:
        found.add("warned")
    worst: tuple[Event, ...] = ("failed", "blocked", "warned")
    return tuple(event for event in worst if event in found)


def message_of(record: RunRecord, report: str) -> Message:
    """`report`: where the run's HTML report lies. Only for a run in which something happened."""
    status = happened(record)[0]
    return Message(
        subject=_subject(record, status),
        text=_text(record, report),
        attributes={
            "project": printable(record.project) or "-",
            "environment": record.environment,
            "status": status,
        },
    )


def _event(part: TableRecord) -> Event | None:
    if part.status in _FAILED:
        return "failed"
    if part.status == "blocked":
        return "blocked"
    return "warned" if _failed_rules(part) else None


def _in_trouble(record: RunRecord) -> list[TableRecord]:
    return [part for event in happened(record) for part in record.tables if _event(part) == event]


def _subject(record: RunRecord, status: Event) -> str:
    names = [part.table for part in _in_trouble(record)]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    said = f"{record.project} {record.environment}: {status}"
    said += f": {names[0]}{more}" if names else ""
    plain = unicodedata.normalize("NFKD", said)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    ascii_only = plain.encode("ascii", "replace").decode()
    whole = "".join(char if char.isprintable() else " " for char in ascii_only).strip()
    return whole if len(whole) <= LONGEST_SUBJECT else f"{whole[: LONGEST_SUBJECT - 3]}..."


def _text(record: RunRecord, report: str) -> str:
    """As many tables as there is room for; the rest is in the report."""
    head = f"{record.project}, environment {record.environment}: {outcome(record)}"
    tail = "\n".join(_tail(record, report))
    room = LARGEST - _size(head) - _size(tail) - _LONGEST_LINE
    shown: list[str] = []
    blocks = [*("\n".join(_table(part)) for part in _in_trouble(record)), *_beside(record)]
    for number, block in enumerate(blocks):
        room -= _size(block)
        if room < 0:
            shown.append(f"and {len(blocks) - number} more: see the report")
            break
        shown.append(block)
    return "\n\n".join([_line(head), *shown, tail]) + "\n"


def _table(part: TableRecord) -> Iterator[str]:
    where = f" in stage {part.stage}" if part.stage else ""
    status = part.status.replace("_", " ")
    yield f"{part.table}: {status}{where}" + (", with a warning" if part.status == "done" else "")
    cause = part.error or ("; ".join(part.notes[-1:]) if part.status in _FAILED else "")
    yield from _said("cause", cause)
    rules = _failed_rules(part)
    for rule in rules[:_MOST_RULES]:
        yield from _said("rule", rule)
    if len(rules) > _MOST_RULES:
        yield f"  and {plural(len(rules) - _MOST_RULES, 'more rule')}: see the report"
    yield from _said("data", part.data_state or f"published: readers see snapshot {part.snapshot}")
    yield from _said("what to do", part.hint)


def _failed_rules(part: TableRecord) -> list[str]:
    failed = [verdict for verdict in part.verdicts if verdict.outcome == "failed"]
    return [f"{one.rule}: {one.reason}" if one.reason else one.rule for one in failed]


def _beside(record: RunRecord) -> Iterator[str]:
    skipped = [part.table for part in record.tables if part.status == "skipped"]
    if skipped:
        yield _line(f"skipped, readers see their old data: {', '.join(skipped)}")
    for warning in record.warnings:
        yield _line(f"warning: {warning}")


def _tail(record: RunRecord, report: str) -> Iterator[str]:
    took = duration((record.finished - record.started).total_seconds())
    yield f"run {record.run_id} ({record.kind}), {record.started:%Y-%m-%d %H:%M:%S} UTC, {took}"
    if record.launch:
        job = record.launch
        yield _line(f"job {job.job_name}, job run {job.job_run_id}, attempt {job.attempt}")
    yield _line(f"report: {report}")


def _said(label: str, text: str) -> Iterator[str]:
    if text:
        yield f"  {label}: {_line(text)}"


def _line(text: str) -> str:
    """One line, without secrets."""
    safe = printable(redact(text))
    return safe if len(safe) <= _LONGEST_LINE else f"{safe[:_LONGEST_LINE]}…"


def _size(text: str) -> int:
    return len(text.encode()) + 2
