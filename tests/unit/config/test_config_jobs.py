from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.small_project import DAILY, edited, problems, short

JOB = "jobs/enriched/daily.py"
HEAD = "from etl_core import table\n\n\n"
TWO = edited(DAILY, "orders: raw.orders", "orders: raw.orders\n  again: raw.orders")


@pytest.mark.parametrize(
    "text",
    [
        '@table("enriched.daily")\ndef daily(orders, run): ...\n',
        '@table("enriched.daily")\ndef daily(orders, *, run): ...\n',
        '@etl_core.table("enriched.daily")\ndef anything(orders): ...\n',
        'def helper(x): ...\n\n@other\n@table("enriched.daily")\ndef daily(orders): ...\n',
        'import no_such_module_anywhere\n@table("enriched.daily")\ndef daily(orders): raise SystemExit\n',
    ],
)
def test_jobs_that_are_right(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, {JOB: HEAD + text}) == []


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("def daily(orders:\n", 4, "not Python: '(' was never closed", ""),
        ("def daily(orders): ...\n", 0, "no function is decorated with @table", '@table("enriched.daily")'),
        ("@table\ndef daily(orders): ...\n", 4, "@table takes one text", '@table("enriched.daily")'),
        ("@table(NAME)\ndef daily(orders): ...\n", 4, "@table takes one text", '@table("enriched.daily")'),
        (
            '@table("enriched.dayly")\ndef daily(orders): ...\n',
            4,
            "the script stands where `enriched.daily` does but names `enriched.dayly`",
            "jobs/enriched/dayly.py",
        ),
        (
            '@table("enriched.daily")\ndef a(orders): ...\n\n@table("enriched.daily")\ndef b(orders): ...\n',
            7,
            "a second function is decorated with @table",
            "the first is in line 4",
        ),
        (
            '@table("enriched.daily")\ndef daily(*frames): ...\n',
            5,
            "parameter `frames` cannot be passed by name",
            "plain parameter",
        ),
        ('@table("enriched.daily")\nasync def daily(orders): ...\n', 5, "a job cannot be `async`", "`def`"),
    ],
)
def test_a_script_that_is_wrong(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    (problem,) = problems(tmp_path, {JOB: HEAD + text})
    assert (problem.file, problem.line, problem.message) == (JOB, line, message)
    assert hint in problem.hint


def test_parameters_are_the_inputs(tmp_path: Path) -> None:
    changes = TWO | {JOB: HEAD + '@table("enriched.daily")\ndef daily(order, run): ...\n'}
    found = problems(tmp_path, changes)
    assert short(found) == [
        f"{JOB}:5:1 `daily` has no parameter for the input `again`",
        f"{JOB}:5:1 `daily` has no parameter for the input `orders`",
        f"{JOB}:5:1 parameter `order` is no input of `enriched.daily`",
    ]
    assert found[2].hint == "did you mean `orders`?"


def test_a_source_s_job_takes_one_frame_of_any_name(tmp_path: Path) -> None:
    job = "jobs/raw/orders.py"
    good = '@table("raw.orders")\ndef orders(whatever, run): ...\n'
    assert problems(tmp_path, {job: HEAD + good}) == []
    bad = '@table("raw.orders")\ndef orders(a, b): ...\n'
    assert short(problems(tmp_path, {job: HEAD + bad})) == [
        f"{job}:5:1 `orders` must take one DataFrame, the source's rows; it takes 2"
    ]


def test_a_script_without_contract(tmp_path: Path) -> None:
    job = "jobs/enriched/dailly.py"
    (problem,) = problems(tmp_path, {job: HEAD + '@table("enriched.dailly")\ndef daily(orders): ...\n'})
    assert short([problem]) == [f"{job}:5:1 the table `enriched.dailly` has no contract"]
    assert problem.hint == "did you mean `enriched.daily`?"


def test_several_inputs_need_a_job(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, TWO | {JOB: None})
    assert problem.where == f"{DAILY}:2:1"
    assert problem.message == "`enriched.daily` has 2 inputs and no job that makes one table of them"
    assert problem.hint == f"write {JOB}"


def test_no_input_is_called_run(tmp_path: Path) -> None:
    changes = edited(DAILY, "orders: raw.orders", "run: raw.orders") | {JOB: None}
    assert short(problems(tmp_path, changes)) == [
        f"{DAILY}:3:8 no input can be called `run`: that parameter is the run itself"
    ]


def test_a_broken_contract_does_not_make_its_script_an_orphan(tmp_path: Path) -> None:
    found = problems(tmp_path, edited(DAILY, "mode: overwrite", "mod: overwrite"))
    assert {problem.file for problem in found} == {DAILY}
    found = problems(tmp_path, {DAILY: "table: [\n"})
    assert {problem.file for problem in found} == {DAILY}


def test_a_broken_script_is_still_the_table_s_script(tmp_path: Path) -> None:
    found = problems(tmp_path, TWO | {JOB: "def ("})
    assert {problem.file for problem in found} == {JOB}


def test_which_files_are_scripts(tmp_path: Path) -> None:
    ignored = ("jobs/__init__.py", "jobs/enriched/_shared.py", "jobs/_lib/x.py", "jobs/.cache/raw/x.py")
    assert problems(tmp_path, dict.fromkeys(ignored, "not python at all (")) == []
    assert short(problems(tmp_path, {"jobs/daily.py": ""})) == [
        "jobs/daily.py a job stands at jobs/<layer>/<table>.py"
    ]
