"""Each kind of mistake in a file: the place and the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.config.loader import load, load_with_problems
from etl_core.errors import EXIT_CONFIG, ConfigError
from tests.unit.config.small_project import DAILY, LOCAL, ORDERS, edited, problems, short, write

PROJECT = "conf/strata.yaml"


def test_the_good_project_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message", "hint"),
    [
        (
            ORDERS,
            "mode: append",
            "mode: append\n  kyes: [id]",
            "6:3",
            "unknown key `kyes`",
            "did you mean `keys`?",
        ),
        (
            ORDERS,
            "target:",
            "owner: me\nzzz: 1\ntarget:",
            "5:1",
            "unknown key `zzz`",
            "valid keys: table, desc",
        ),
        (
            ORDERS,
            "mode: append",
            "mode: apend",
            "5:9",
            "`mode` must be one of append, overwrite, overwrite_partitions, merge, cdc, snapshot;"
            " found `apend`",
            "did you mean `append`?",
        ),
        (
            ORDERS,
            "  mode: append",
            "  format: iceberg",
            "4:1",
            "missing key `mode` in `target`",
            "What arrives.",
        ),
        (ORDERS, "{name: id, type: int}", "{type: int}", "7:5", "missing key `name` in `columns[1]`", ""),
        (
            ORDERS,
            "{name: id, type: int}",
            "[id, int]",
            "7:5",
            "`columns[1]` must be a mapping, not a list",
            "",
        ),
        (
            ORDERS,
            "type: int}",
            "type: int, nullable: no}",
            "7:37",
            "`nullable` must be true or false, not `no`",
            "write false; in YAML 1.2 `no` is text",
        ),
        (
            ORDERS,
            "  path: landing/orders",
            "  path: 17",
            "3:9",
            "`path` must be text, not the number 17",
            'put it in quotes: "17"',
        ),
        (
            ORDERS,
            "mode: append",
            "mode: append\n  partition_by: id",
            "6:17",
            "`partition_by` must be a list, not `id`",
            "write [id]",
        ),
        (
            ORDERS,
            "  path: landing/orders",
            "  path:",
            "2:1",
            "a source needs `path`, or a `connection` that has one",
            "",
        ),
        (LOCAL, "warehouse: warehouse", "warehouse:", "2:11", "`warehouse` must be text, not nothing", ""),
        (
            LOCAL,
            "warehouse: warehouse",
            "warehouse: ''",
            "2:12",
            "`warehouse` must have at least 1 character(s)",
            "",
        ),
        (
            LOCAL,
            "profile",
            "threads: 0\nprofile",
            "1:10",
            "`threads` must be at least 1, not the number 0",
            "",
        ),
        (
            LOCAL,
            "profile",
            "notify: {sns: data-alerts}\nprofile",
            "1:15",
            "`sns` must be the ARN of a standard SNS topic (no .fifo), such as"
            " arn:aws:sns:eu-central-1:123456789012:alerts, not `data-alerts`",
            "",
        ),
        (
            LOCAL,
            "profile",
            "notify: {sns: 'arn:aws:sns:eu-central-1:123456789012:alerts.fifo'}\nprofile",
            "1:15",
            "`sns` must be the ARN of a standard SNS topic (no .fifo), such as"
            " arn:aws:sns:eu-central-1:123456789012:alerts, not"
            " `arn:aws:sns:eu-central-1:123456789012:alerts.fifo`",
            "",
        ),
        (
            LOCAL,
            "profile",
            "notify: {sns: 'arn:aws:sns:eu-central-1:123456789012:alerts', on: [failed, blockd]}\nprofile",
            "1:76",
            "`on[2]` must be one of failed, blocked, warned; found `blockd`",
            "did you mean `blocked`?",
        ),
        (
            LOCAL,
            "profile",
            "threads: 65\nprofile",
            "1:10",
            "`threads` must be at most 64, not the number 65",
            "",
        ),
        (
            LOCAL,
            "profile",
            "threads: four\nprofile",
            "1:10",
            "`threads` must be a whole number, not `four`",
            "write it without quotes",
        ),
        (
            LOCAL,
            "profile",
            "threads: 2.5\nprofile",
            "1:10",
            "`threads` must be a whole number, not the number 2.5",
            "",
        ),
        (
            LOCAL,
            "profile",
            "audit_retention: soon\nprofile",
            "1:18",
            "`audit_retention` must be a duration such as 12h, 3d or 2w, not `soon`",
            "",
        ),
        (
            PROJECT,
            "name: shop",
            "name: shop\nparameters: {limit: [1, 2]}",
            "2:14",
            "`limit` must be text, a whole number, a number or true or false, not a list",
            "",
        ),
        (
            PROJECT,
            "name: shop",
            "name: shop\nparameters: {top-n: 5}",
            "2:14",
            "the key must be a name of letters, digits and _ that does not begin with a digit, not `top-n`",
            "",
        ),
        (
            PROJECT,
            "layers: [raw, standardized, enriched]",
            "layers: []",
            "2:1",
            "`layers` must have at least 1 entry",
            "",
        ),
        (
            DAILY,
            "orders: raw.orders",
            "orders: orders",
            "3:11",
            "`orders` must be <layer>.<table>, each of letters, digits and _, not `orders`",
            "",
        ),
        (
            DAILY,
            "inputs:\n  orders: raw.orders\n",
            "",
            "1:1",
            "a table needs exactly one of `source` and `inputs`",
            "",
        ),
    ],
)
def test_one_mistake(
    tmp_path: Path, file: str, old: str, new: str, where: str, message: str, hint: str
) -> None:
    found = [problem for problem in problems(tmp_path, edited(file, old, new)) if problem.file == file]
    assert short(found) == [f"{file}:{where} {message}"]
    assert hint in found[0].hint
    assert bool(hint) == bool(found[0].hint)


def test_many_mistakes_in_many_files_are_all_there_at_once_and_sorted(tmp_path: Path) -> None:
    changes: dict[str, str | None] = {
        PROJECT: "name: shop\nlayers: [raw, standardized, enriched]\nlayer: [x]\n",
        LOCAL: "profil: glue-5.1\nwarehouse: warehouse\nthreads: many\n",
        "conf/sources/crm.yaml": "source: crm\npath: landing\nheader: yes\n",
        ORDERS: "table: raw.orders\nsource: {path: x, formt: csv}\n"
        "target: {mode: apend, deletes: maybe}\ntarget: {}\n",
        DAILY: "table: enriched.daily\ninputs: {orders: raw.orders, gone: raw.gone}\ntarget: {mode: cdc}\n",
        "conf/tables/raw/torn.yaml": "table: raw.torn\nsource: {path: [\n",
        "jobs/enriched/daily.py": "from a import table\n\n@table('enriched.dayly')\ndef daily(ordrs:\n",
        "conf/schedules.yaml": "schedules: {nightly: {select: 'raww.*', cron: 0 3 * * ? *}}\n",
    }
    found = problems(tmp_path, changes)
    assert [(p.file, p.line) for p in found] == [
        (LOCAL, 1),
        (LOCAL, 1),
        (LOCAL, 3),
        ("conf/schedules.yaml", 1),
        ("conf/sources/crm.yaml", 3),
        (PROJECT, 3),
        (DAILY, 2),
        (DAILY, 3),
        (ORDERS, 2),
        (ORDERS, 3),
        (ORDERS, 3),
        (ORDERS, 4),
        ("conf/tables/raw/torn.yaml", 3),
        ("jobs/enriched/daily.py", 4),
    ]


def test_load_raises_them_all_in_one_error(tmp_path: Path) -> None:
    root = write(
        tmp_path, edited(ORDERS, "mode: append", "mode: apend") | edited(LOCAL, "warehouse: ", "whouse: ")
    )
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert caught.value.exit_code == EXIT_CONFIG
    assert caught.value.message == "3 problems in the project's configuration"
    assert [problem.file for problem in caught.value.problems] == [LOCAL, LOCAL, ORDERS]


def test_no_project_at_all(tmp_path: Path) -> None:
    project, found = load_with_problems(tmp_path)
    assert project is None
    assert "is no Strata project" in found[0].message
    assert "strata init" in found[0].hint
    with pytest.raises(ConfigError):
        load(tmp_path)


def test_an_unknown_environment_names_those_there_are(tmp_path: Path) -> None:
    (problem,) = problems(
        tmp_path, {"conf/environments/production.yaml": "profile: glue-5.1\nwarehouse: w\n"}, "prodction"
    )
    assert problem.where == "conf/environments/prodction.yaml"
    assert problem.hint == "did you mean `production`?"


def test_a_default_environment_without_file_is_named_where_it_is_set(tmp_path: Path) -> None:
    changes = edited(PROJECT, "name: shop", "name: shop\ndefaults: {environment: dev}")
    (problem,) = problems(tmp_path, changes)
    assert short([problem]) == [f"{PROJECT}:2:25 no environment `dev`, which `defaults.environment` asks for"]
    assert problem.hint == "there are: local"


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"conf/schedules.yaml": "- nightly\n"})
    assert short([problem]) == [
        "conf/schedules.yaml:1:1 the file must be a mapping with the keys schedules; it holds a list"
    ]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / ORDERS).write_bytes(b"table: raw.orders\ndescription: caf\xe9\n")
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert [problem.message for problem in caught.value.problems] == ["not UTF-8: byte 34 is wrong"]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    root = write(tmp_path)
    path = root / ORDERS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(root).tables["raw.orders"].file == ORDERS


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("conf/schedule.yaml", "did you mean 'schedules.yaml'?"),
        ("conf/tables/orders.yaml", "contracts stand at conf/tables/<layer>/<table>.yaml"),
        ("conf/tables/raw/eu/orders.yaml", "contracts stand at conf/tables/<layer>/<table>.yaml"),
        ("conf/tables/raw/items.yml", "name it .yaml"),
        ("conf/table/raw/items.yaml", "did you mean 'tables'?"),
    ],
)
def test_a_file_that_nobody_would_read(tmp_path: Path, file: str, hint: str) -> None:
    (problem,) = problems(tmp_path, {file: "a: 1\n"})
    assert short([problem]) == [f"{file} is not read"]
    assert problem.hint == hint
