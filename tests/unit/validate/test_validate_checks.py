"""Each check: what it refuses, where it says so, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.config.small_project import DAILY, ORDERS, edited, problems, short

CURRENT = "conf/tables/standardized/orders.yaml"


def contract(target: str, inputs: str = "{orders: {table: raw.orders, read: new}}", more: str = "") -> str:
    """A table of raw.orders' rows; its target begins in line 4."""
    return f"table: standardized.orders\ninputs:\n  {inputs[1:-1]}\ntarget: {{{target}}}\n{more}"


CDC = "mode: cdc, keys: [id]"
KEYED = "mode: overwrite, keys: [id]"
CHANGED = "{orders: {table: raw.orders, read: changed_keys}}"


@pytest.mark.parametrize(
    "text",
    [
        contract("mode: cdc, keys: [id], operation_column: Op, deletes: hard"),
        contract("mode: cdc, keys: [id], delete_when: \"Op = 'D'\", tombstone_retention: 7d"),
        contract("mode: cdc, keys: [id], sequence_by: [at]", "{orders: raw.orders}"),
        contract(KEYED, CHANGED),
        contract("mode: merge, keys: [id]", CHANGED),
        contract("mode: append"),
        contract("mode: overwrite, format: parquet"),
        contract("mode: overwrite, format: hudi", more="columns: [{name: übrig_1, type: timestamp}]"),
        contract("mode: overwrite, partition_by: [id, 'days(at)', 'bucket(16, id)', 'truncate(4, `a b`)']"),
        contract("mode: overwrite", more="columns: [{name: at, type: date, format: yyyy-MM-dd}]"),
        contract(
            "mode: overwrite, partition_by: ['days(_strata_ingested_at)']", more="columns: [{name: at}]"
        ),
    ],
)
def test_what_is_right(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, {CURRENT: text}) == []


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        # inputs
        (
            contract("mode: overwrite", "{orders: raw.order}"),
            "3:11",
            "input `orders`: there is no table `raw.order`",
            "did you mean `raw.orders`?",
        ),
        (
            contract("mode: overwrite", "{it: standardized.orders}"),
            "3:7",
            "`standardized.orders` reads itself",
            "remove",
        ),
        # reading upstream
        (
            contract(CDC + ", sequence_by: [at]", "{orders: {table: enriched.daily, read: new}}"),
            "3:41",
            "`read: new` sees appended rows only, and `enriched.daily` has mode `overwrite`: changed and"
            " removed rows would be missed",
            "write read: all",
        ),
        # changed_keys
        (
            contract("mode: overwrite", "{orders: {table: raw.orders, read: changed_keys}}"),
            "3:37",
            "`read: changed_keys` replaces rows by their key, and the target has no `keys`",
            "keys: [",
        ),
        (
            contract(CDC, "{orders: {table: raw.orders, read: changed_keys}}"),
            "3:37",
            "`read: changed_keys` replaces the rows of recomputed keys, and mode `cdc` keeps or orders what"
            " was there",
            "overwrite or merge",
        ),
        (
            contract(KEYED + ", format: parquet", "{orders: {table: raw.orders, read: changed_keys}}"),
            "3:37",
            "parquet cannot do `read: changed_keys`: a Parquet folder has no way to change single rows; use"
            " format: iceberg",
            "read: all",
        ),
        (
            contract("mode: merge, keys: [id], sequence_by: [at]", CHANGED),
            "4:35",
            "`sequence_by` means nothing with `read: changed_keys`: recomputed rows replace the old",
            "remove",
        ),
        (
            contract(KEYED, "{orders: {table: raw.orders, read: all, on: {id: id}}}"),
            "3:42",
            "`on` means nothing with `read: all`",
            "remove",
        ),
        (
            contract("mode: append", "{orders: raw.orders}"),
            "2:1",
            "mode `append` with whole tables as inputs would add every row again in each run",
            "read: new",
        ),
        # keys, order, and settings without meaning
        (contract("mode: cdc"), "4:1", "mode `cdc` needs `keys`", "keys: ["),
        (
            contract("mode: merge, keys: [id]", "{days: enriched.daily}"),
            "4:1",
            "mode `merge` needs an order of events, and no input carries its source's own",
            "sequence_by: [",
        ),
        (
            contract("mode: overwrite, operation_column: Op"),
            "4:45",
            "`operation_column` means nothing with mode `overwrite`",
            "it is for mode cdc",
        ),
        (
            contract("mode: append, sequence_by: [at]"),
            "4:24",
            "`sequence_by` means nothing with mode `append`",
            "it is for mode merge and cdc and snapshot",
        ),
        (
            contract(CDC + ", track: [id]"),
            "4:33",
            "`track` means nothing with history `scd1`",
            "history scd2",
        ),
        (
            contract(CDC + ", operation_column: Op, delete_when: gone"),
            "4:68",
            "`operation_column` is short for a `delete_when`, and both are set",
            "keep one",
        ),
        # what the format can do
        (
            contract("mode: overwrite, format: hudi", more="columns: [{name: 'a b', type: string}]"),
            "5:18",
            "hudi cannot hold a column named `a b`",
            "rename it, or use format: iceberg",
        ),
        (
            contract("mode: overwrite, format: hudi, properties: {hoodie.table.type: MERGE}"),
            "4:73",
            "hoodie.table.type is 'MERGE'",
            "write one of COPY_ON_WRITE, MERGE_ON_READ",
        ),
        (
            contract("mode: overwrite, format: hudi", more="columns: [{name: n, type: smallint}]"),
            "5:27",
            "hudi cannot hold `n`: it has no smallint",
            "declare int",
        ),
        (
            contract(CDC + ", format: parquet"),
            "4:16",
            "parquet cannot do mode `cdc`: ",
            "parquet does: append, overwrite",
        ),
        (
            contract("mode: overwrite_partitions"),
            "4:16",
            "mode `overwrite_partitions` needs `partition_by`",
            "name the partition fields, or use mode overwrite",
        ),
        (
            contract("mode: overwrite, format: parquet, partition_by: ['days(at)']"),
            "4:59",
            "parquet cannot partition by days",
            "parquet does: identity",
        ),
        # columns
        (
            contract("mode: overwrite", more="columns:\n  - name: id\n  - name: ID\n"),
            "7:11",
            "column `ID` stands twice (case does not count); the first is in line 6",
            "rename one",
        ),
        (
            contract("mode: overwrite", more="columns: [{name: _strata_x}]"),
            "5:18",
            "column `_strata_x`: names that begin with _strata_ are Strata's own",
            "another name",
        ),
        (
            contract("mode: overwrite", more="columns: [{name: id, type: integr}]"),
            "5:28",
            "column `id`: unknown type `integr`",
            "did you mean 'integer'?",
        ),
        (
            contract("mode: overwrite", more="columns: [{name: id, type: int, format: yy}]"),
            "5:41",
            "column `id`: `format` is for dates and timestamps, not for int",
            "",
        ),
        (
            contract("mode: cdc, keys: [idd]", more="columns: [{name: id}]"),
            "4:28",
            "`keys` names no declared column: `idd`",
            "did you mean `id`?",
        ),
        (
            contract(CDC + ", sequence_by: [zz]", more="columns: [{name: id}]"),
            "4:47",
            "`sequence_by` names no declared column: `zz`",
            "columns: id",
        ),
        # partitions
        (
            contract("mode: overwrite, partition_by: [at, 'day(at)']"),
            "4:46",
            "partition 'day(at)': unknown transform 'day'",
            "did you mean 'days'?",
        ),
        (
            contract("mode: overwrite, partition_by: ['bucket(at)']"),
            "4:42",
            "partition 'bucket(at)': bucket takes a number and a column",
            "write bucket(16, at)",
        ),
        (
            contract("mode: overwrite, partition_by: ['days(at']"),
            "4:42",
            "partition 'days(at' is neither a column nor transform(column)",
            "bucket(n, column)",
        ),
        (
            contract("mode: overwrite, partition_by: ['bucket(0, at)']"),
            "4:42",
            "partition 'bucket(0, at)': bucket needs a number of at least 1",
            "",
        ),
        (
            contract("mode: overwrite, partition_by: [att]", more="columns: [{name: at}]"),
            "4:42",
            "`partition_by` names no declared column: `att`",
            "did you mean `at`?",
        ),
        (
            contract("mode: overwrite, partition_by: [hours(at)]", more="columns: [{name: at, type: date}]"),
            "4:42",
            "`at` is of type date, which cannot be partitioned by hours",
            "",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, where: str, message: str, hint: str) -> None:
    (problem,) = problems(tmp_path, {CURRENT: text})
    assert problem.where == f"{CURRENT}:{where}"
    assert problem.message.startswith(message)
    assert hint in problem.hint


def test_a_whole_cycle_is_named_once(tmp_path: Path) -> None:
    def reads(name: str, upstream: str) -> dict[str, str | None]:
        text = f"inputs: {{it: standardized.{upstream}}}\ntarget: {{mode: overwrite}}\n"
        return {f"conf/tables/standardized/{name}.yaml": f"table: standardized.{name}\n{text}"}

    ring = reads("b", "a") | reads("c", "b") | reads("a", "c") | reads("tail", "c")
    other = reads("x", "y") | reads("y", "x")
    assert short(problems(tmp_path, ring | other)) == [
        "conf/tables/standardized/b.yaml:2:14 tables feed each other in a circle: "
        "standardized.a -> standardized.b -> standardized.c -> standardized.a",
        "conf/tables/standardized/y.yaml:2:14 tables feed each other in a circle: "
        "standardized.x -> standardized.y -> standardized.x",
    ]


def test_an_input_whose_contract_is_broken_is_not_called_missing(tmp_path: Path) -> None:
    found = problems(tmp_path, edited(ORDERS, "mode: append", "mod: append"))
    assert {problem.file for problem in found} == {ORDERS}


def test_rules_are_placed_in_the_lines_of_the_file(tmp_path: Path) -> None:
    rules = """\
        quality:
          rules: |
            Rules = [
              IsComplete "id",
              IsComplet "id",
              ColumnLength "amout" > 1,
              IsComplete "_strata_run_id"
            ]
          table_rules: 'Rules = [ RowCount > 0, IsUnique "idd" ]'
        """
    more = dedent(rules).replace('      IsComplet "id",\n', "")
    found = problems(tmp_path, edited(ORDERS, "columns:", more + "columns:"))
    assert [(p.line, p.column, p.message, p.hint) for p in found] == [
        (10, 20, "ColumnLength: no declared column `amout`", "did you mean `amount`?"),
        (13, 50, "IsUnique: no declared column `idd`", "did you mean `id`?"),
    ]
    found = problems(tmp_path, edited(ORDERS, "columns:", dedent(rules) + "columns:"))
    assert (found[0].line, found[0].column) == (10, 7)
    assert "IsComplet" in found[0].message
    assert "IsComplete" in found[0].hint


def test_a_ruleset_that_is_not_dqdl(tmp_path: Path) -> None:
    more = "quality:\n  rules: |\n    Rules = [ RowCount >\n     ]\n"
    (problem,) = problems(tmp_path, edited(ORDERS, "columns:", more + "columns:"))
    assert (problem.file, problem.line, problem.column) == (ORDERS, 9, 6)


def test_rules_of_a_table_without_columns_may_name_any(tmp_path: Path) -> None:
    more = 'quality: {rules: "Rules = [ IsComplete \\"whatever\\" ]"}\n'
    assert problems(tmp_path, edited(DAILY, "target:", more + "target:")) == []


def test_a_source_type_must_be_registered(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, edited(ORDERS, "  path:", "  type: fils\n  path:"))
    assert short([problem]) == [f"{ORDERS}:3:9 unknown source type `fils`"]
    assert problem.hint == "did you mean `files`?"
    assert problems(tmp_path, edited(ORDERS, "  path:", "  type: dms\n  path:")) == []


def test_an_extension_brings_source_types_without_being_imported(tmp_path: Path) -> None:
    code = 'SOURCES.add("kiosk", object())\nraise SystemExit("imported")\n'
    changes = edited(ORDERS, "  path:", "  type: kiosk\n  path:")
    changes |= edited("conf/strata.yaml", "name: shop", "name: shop\nextensions: [shop_ext]")
    assert short(problems(tmp_path, changes)) == [
        "conf/strata.yaml:2:14 the extension `shop_ext` cannot be found",
        f"{ORDERS}:3:9 unknown source type `kiosk`",
    ]
    assert problems(tmp_path, changes | {"shop_ext/__init__.py": "", "shop_ext/kiosk.py": code}) == []


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("{n: {select: 'raw.*, +enriched.daily', cron: 0 3 * * ? *}}", "", "", ""),
        ("{n: {select: '*', cron: 0 3 * * ? *}, m: {select: '*', after: n}}", "", "", ""),
        (
            "{n: {select: raw.order, cron: 0 3 * * ? *}}",
            "1:25",
            "schedule `n`: raw.order: no table matches",
            "did you mean 'raw.orders'?",
        ),
        (
            "{n: {select: '*', cron: 0 3 * * *}}",
            "1:36",
            "schedule `n`: `cron` has 5 fields, not 6",
            "minutes hours",
        ),
        (
            "{n: {select: '*'}}",
            "1:13",
            "schedule `n` needs exactly one of `cron`, `after` and `on_demand: true`",
            "cron: 0 3",
        ),
        ("{n: {select: '*', on_demand: true, jobs: per_table}}", "", "", ""),
        (
            "{n: {select: '*', on_demand: true, cron: 0 3 * * ? *}}",
            "1:13",
            "schedule `n` needs exactly one of `cron`, `after` and `on_demand: true`",
            "cron: 0 3",
        ),
        (
            "{n: {select: '*', cron: 0 24 * * ? *}}",
            "1:36",
            "schedule `n`: `cron` has `24` as hours; it takes 0-23",
            "minutes hours",
        ),
        (
            "{n: {select: '*', cron: 0 3 31 2 ? *}}",
            "1:36",
            "schedule `n`: `cron` names no day",
            "minutes hours",
        ),
        (
            "{n: {select: '*', cron: '0/2 * * * ? *'}}",
            "1:36",
            "schedule `n`: `cron` starts every 2 min; Glue takes 5 or more",
            "0/15",
        ),
        (
            "{n: {select: '*', cron: 0 3 * * ? *, execution: flex, worker_type: G.4X}}",
            "1:79",
            "schedule `n`: flex has no workers of type G.4X",
            "G.1X or G.2X",
        ),
        (
            "{n: {select: '*', cron: 0 3 * * ? *, retries: 1, queueing: true}}",
            "1:71",
            "schedule `n`: Glue does not queue runs of a job with `retries`",
            "one of the two",
        ),
        (
            "{a: {select: 'raw.*', cron: 0 3 * * ? *}, b: {select: +enriched.daily, cron: 0 4 * * ? *}}",
            "1:66",
            "schedules `a` and `b` both run `raw.orders`, maybe at the same time",
            "after: a",
        ),
        (
            "{a: {select: '*', cron: 0 3 * * ? *}, b: {select: '*', on_demand: true},"
            " c: {select: enriched.daily, after: d}, d: {select: raw.orders, after: a}}",
            "",
            "",
            "",
        ),
        (
            "{night: {select: '*', cron: 0 3 * * ? *}, m: {select: '*', after: nigth}}",
            "1:78",
            "schedule `m` comes after `nigth`, which does not exist",
            "did you mean `night`?",
        ),
        (
            "{a: {select: '*', after: b}, b: {select: '*', after: a}}",
            "1:37",
            "schedules wait for each other: a -> b -> a",
            "cron",
        ),
    ],
)
def test_schedules(tmp_path: Path, text: str, where: str, message: str, hint: str) -> None:
    found = problems(tmp_path, {"conf/schedules.yaml": f"schedules: {text}\n"})
    assert short(found) == ([f"conf/schedules.yaml:{where} {message}"] if message else [])
    assert all(hint in problem.hint for problem in found)
