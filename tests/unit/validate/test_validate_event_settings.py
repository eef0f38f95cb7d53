"""What is asked of events has to fit together; each refusal stands at its place and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.small_project import problems

CURRENT = "conf/tables/standardized/orders.yaml"


def contract(target: str, more: str = "") -> str:
    return (
        "table: standardized.orders\n"
        "inputs: {orders: {table: raw.orders, read: new}}\n"
        f"target: {{{target}}}\n{more}"
    )


CDC = "mode: cdc, keys: [id], operation_column: Op"
COLUMNS = "columns: [{name: id, nullable: false}, {name: at, nullable: false}, {name: a}]\n"


@pytest.mark.parametrize(
    "text",
    [
        contract(f"{CDC}, deletes: soft"),
        contract(f"{CDC}, deletes: soft, truncate_when: \"Op = 'T'\", tombstone_retention: 7d"),
        contract(f"{CDC}, before_keys: [old_id]", COLUMNS),
        contract(f"{CDC}, partial: ignore_null_updates, sequence_by: [at]", COLUMNS),
        contract("mode: merge, keys: [id], partial: ignore_null_updates"),
        contract(CDC, "quality: {rows_hold_key: false}\n"),
        contract("mode: append", "columns: [{name: is_deleted, type: boolean}]\n"),
    ],
)
def test_what_is_right(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, {CURRENT: text}) == []


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        (
            contract(f"{CDC}, deletes: soft", "columns: [{name: id}, {name: Is_Deleted}]\n"),
            "4:30",
            "column `Is_Deleted` clashes with the column that soft deletes add to the table",
            "`source:`",
        ),
        (
            contract(f"{CDC}, deletes: soft, history: scd2, effective_at: at, format: delta"),
            "3:64",
            "history `scd2` keeps what was deleted as closed intervals and has no soft deletes",
            "remove it",
        ),
        (
            contract(f"{CDC}, deletes: soft, tombstone_retention: 7d"),
            "3:91",
            "`tombstone_retention` means nothing with soft deletes: the deleted rows stay in the table",
            "remove it",
        ),
        (
            contract("mode: cdc, keys: [id, a], operation_column: Op, before_keys: [old_id]"),
            "3:58",
            "`before_keys` names 1 column(s) for 2 key(s)",
            "in their order",
        ),
        (
            contract(f"{CDC}, before_keys: [id]"),
            "3:55",
            "`before_keys` names id, which is a key itself",
            "as it was before the update",
        ),
        (
            contract("mode: merge, keys: [id], before_keys: [old]"),
            "3:35",
            "`before_keys` means nothing with mode `merge`",
            "it is for mode cdc",
        ),
        (
            contract("mode: overwrite, partial: ignore_null_updates"),
            "3:36",
            "`partial` means nothing with mode `overwrite`",
            "it is for mode merge and cdc",
        ),
        (
            contract(f"{CDC}, partial: ignore_null_updates, before_keys: [old]"),
            "3:85",
            "with `partial` a row that changes its key would lose what the event leaves NULL",
            "keep one",
        ),
        (
            contract(f"{CDC}, partial: ignore_null_updates, history: scd2, effective_at: at, format: delta"),
            "3:64",
            "`partial` is for history `scd1`: a late event would change every interval after its own",
            "send whole rows",
        ),
        (
            contract(
                f"{CDC}, partial: ignore_null_updates", "columns: [{name: id}, {name: a, nullable: false}]\n"
            ),
            "4:43",
            "column `a` is not nullable, but with `partial` an event may leave it NULL",
            'write the rule IsComplete "a"',
        ),
        (
            contract("mode: overwrite", "quality: {rows_hold_key: false}\n"),
            "4:26",
            "`rows_hold_key` means nothing with mode `overwrite`",
            "it is for mode merge and cdc",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, where: str, message: str, hint: str) -> None:
    found = problems(tmp_path, {CURRENT: text})
    assert [(f"{one.line}:{one.column}", one.message) for one in found] == [(where, message)]
    assert hint in found[0].hint
