"""History and extracts: each refusal stands at its place and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.small_project import problems

CURRENT = "conf/tables/standardized/orders.yaml"
FILES = "{type: files, path: /landing}"


def contract(target: str, more: str = "", source: str = f"source: {FILES}") -> str:
    return f"table: standardized.orders\n{source}\ntarget: {{{target}}}\n{more}"


CDC = "mode: cdc, keys: [id], operation_column: Op, history: scd2"
SNAPSHOT = "mode: snapshot, keys: [id]"
COLUMNS = "columns: [{name: id, type: int}, {name: at, type: timestamp}, {name: n, type: int}]\n"
EVENT_TIME = "effective_at: <a date or timestamp column that says when an event took place>"


@pytest.mark.parametrize(
    "text",
    [
        contract(f"{CDC}, sequence_by: [at, n]", COLUMNS),
        contract(f"{CDC}, sequence_by: [n], effective_at: at, track_except: [n]", COLUMNS),
        contract(f"{CDC}, effective_at: at"),
        contract("mode: merge, keys: [id], history: scd2, effective_at: at", COLUMNS),
        contract(SNAPSHOT, COLUMNS),
        contract(f"{SNAPSHOT}, history: scd2, max_deleted: 5%, track: [n]", COLUMNS),
        contract(SNAPSHOT, source="inputs: {orders: raw.orders}"),
        contract(
            f"{CDC}, effective_at: at",
            f'{COLUMNS}quality: {{table_rules: \'Rules = [ IsPrimaryKey "id" "valid_from" ]\'}}\n',
        ),
    ],
)
def test_what_is_right(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, {CURRENT: text}) == []


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        (
            contract("mode: append, history: scd2"),
            "3:33",
            "history `scd2` is kept of rows that are known by their key, not with mode `append`",
            "use mode merge, cdc, snapshot",
        ),
        (contract(CDC), "3:64", "history `scd2` needs the time of an event", EVENT_TIME),
        (
            contract(f"{CDC}, sequence_by: [n, at]", COLUMNS),
            "3:64",
            "the time of an event, `n`, the first of `sequence_by`, is of type int",
            EVENT_TIME,
        ),
        (
            contract(f"{CDC}, effective_at: n", COLUMNS),
            "3:84",
            "the time of an event, `n` is of type int",
            EVENT_TIME,
        ),
        (
            contract(f"{CDC}, effective_at: at, tombstone_retention: 7d"),
            "3:109",
            "`tombstone_retention` means nothing with history `scd2`",
            "remove it",
        ),
        (
            contract(f"{SNAPSHOT}, history: scd2", "columns: [{name: id}, {name: Valid_To}]\n"),
            "4:30",
            "column `Valid_To` clashes with one that history `scd2` adds to the table",
            "`source:`",
        ),
        (
            contract(SNAPSHOT, source="source: {type: dms, path: /landing}"),
            "2:16",
            "mode `snapshot` takes full extracts, and a dms source brings changes",
            "mode: cdc",
        ),
        (
            contract(SNAPSHOT, source="inputs: {orders: {table: raw.orders, read: new}}"),
            "2:44",
            "mode `snapshot` takes the whole of its inputs, and `read: new` brings a part",
            "read: all",
        ),
        (
            contract(SNAPSHOT, source="source: {path: /landing, extract: 'day-('}"),
            "2:35",
            "`extract` is no regular expression",
            "for example",
        ),
        (
            contract(
                f"{CDC}, effective_at: at",
                f"{COLUMNS}quality: {{rules: 'Rules = [ IsComplete \"valid_from\" ]'}}\n",
            ),
            "5:40",
            "IsComplete: no declared column `valid_from`",
            "columns: ",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, where: str, message: str, hint: str) -> None:
    (found,) = problems(tmp_path, {CURRENT: text})
    assert (found.file, f"{found.line}:{found.column}") == (CURRENT, where)
    assert message in found.message
    assert hint in found.hint
