"""A job script as Glue starts it: arguments, project, plan, log, metrics, record and report are the real
ones; the work of a table is a stand-in, as that starts Spark. Never tried: Glue itself."""

from __future__ import annotations

import json
import logging
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from glue_stand_in import ARGUMENTS, Glue

from etl_core import run_selection
from etl_core.errors import ConfigError, RunFailed, SinkError, StageFailed
from etl_core.plan.steps import Step
from etl_core.report.progress import PlainProgress
from etl_core.report.records import TableRecord
from etl_core.report.store import runs
from etl_core.run import entry
from etl_core.run.common.watch import Watch
from etl_core.storage import open_storage

SCRIPT = """\
from etl_core import table


@table("raw.orders")
def orders(received):
    return received


if __name__ == "__main__":
    orders.main()
"""
CONTRACT = """\
table: raw.{name}
source: {{path: landing/{name}}}
target: {{mode: append}}
columns: [{{name: id, type: int}}]
"""
PROJECT = {
    "conf/strata.yaml": "name: shop\nlayers: [raw, std]\n",
    "conf/environments/prod.yaml": "profile: glue-5.1\nwarehouse: ${lake}\nvariables: {lake: lake}\n",
    "conf/tables/raw/orders.yaml": CONTRACT.format(name="orders"),
    "conf/tables/raw/items.yaml": CONTRACT.format(name="items"),
    "conf/tables/std/orders.yaml": "table: std.orders\ninputs: {raw: raw.orders}\n"
    "target: {mode: overwrite}\n",
    "jobs/raw/orders.py": SCRIPT,
}
FINISH = "etl_core.cli.glue_script"


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Glue]:
    with Glue().installed(monkeypatch) as glue:
        yield glue


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as an installed wheel leaves it, the script alone elsewhere, in the current folder."""
    root = tmp_path / "site" / "strata_project_shop"
    for name, text in {**PROJECT, "__init__.py": ""}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (root / "landing" / "orders").mkdir(parents=True)
    (root / "landing" / "items").mkdir()
    info = tmp_path / "site" / "strata_project_shop-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strata-project-shop\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[strata.projects]\nshop = strata_project_shop\n")
    (tmp_path / "job").mkdir()
    shutil.copy(root / "jobs/raw/orders.py", tmp_path / "job" / "script.py")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.chdir(tmp_path / "job")
    monkeypatch.setenv("STRATA_LAKE", str(tmp_path / "lake"))
    works(monkeypatch, lambda step, watch: None)
    return tmp_path / "lake"


def deliver() -> None:
    (Path(sys.path[0]) / "strata_project_shop/landing/orders/a.csv").write_text("id\n1\n")


def start(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """As Glue starts the job's script."""
    monkeypatch.setattr(sys, "argv", ["script.py", *ARGUMENTS, *arguments])
    runpy.run_path("script.py", run_name="__main__")


def works(monkeypatch: pytest.MonkeyPatch, work: Callable[[Step, Watch], None]) -> None:
    """Tables whose work is `work`, in place of a Spark session and the stages."""

    @contextmanager
    def no_engine(*_: object, lock_timeout: float, **__: object) -> Iterator[None]:
        logging.getLogger("test").info("waits %g", lock_timeout)
        yield

    def run_table(step: Step) -> TableRecord:
        watch = Watch(PlainProgress(1), step, "r1")
        try:
            work(step, watch)
        except StageFailed as failure:
            return watch.record("failed", failure)
        return watch.record("done")

    monkeypatch.setattr(entry, "open_engine", no_engine)
    monkeypatch.setattr(entry, "TableRun", lambda engine: run_table)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_job_script_runs_unchanged_and_returns(
    glue: Glue, lake: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    start(monkeypatch, "--lock_timeout", "5", "--timeout_minutes", "60")
    assert glue.calls == ["init nightly", "commit", "callbacks stopped"]
    (record,) = runs(open_storage(str(lake)))
    assert [(table.table, table.status) for table in record.tables] == [("raw.orders", "done")]
    assert record.environment == "prod"  # the only one installed
    assert record.launch is not None
    assert record.launch.model_dump() == {
        "platform": "glue",
        "job_name": "nightly",
        "job_run_id": "jr_1_attempt_2",
        "attempt": 2,
        "temp_dir": "s3://temp/x",
        "arguments": {"lock_timeout": "5", "timeout_minutes": "60"},
    }
    said = capfd.readouterr()
    documents = lines(said.out)
    assert [document["_aws"]["CloudWatchMetrics"][0]["Namespace"] for document in documents] == ["Strata"] * 2
    logged = lines(said.err)
    for line in logged:
        assert (line["job_name"], line["job_run_id"], line["attempt"]) == ("nightly", "jr_1_attempt_2", 2)
        assert line["run_id"] == record.run_id
    assert logged[0]["temp_dir"] == "s3://temp/x"
    assert logged[0]["arguments"] == record.launch.arguments
    assert {line.get("table") for line in logged} == {None, "raw.orders"}
    assert (logged[-1]["message"], logged[-1]["exit_code"]) == ("finished", 0)


def test_the_report_shows_the_job(
    glue: Glue, lake: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    start(monkeypatch, "--env", "prod")
    (report,) = lake.rglob("_strata/reports/*.html")
    page = report.read_text("utf-8")
    for shown in ("nightly, attempt 2", "jr_1_attempt_2", "s3://temp/x", "--env prod"):
        assert shown in page


def test_one_job_runs_a_selection(glue: Glue, lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_selection([*ARGUMENTS, "--select", "raw.*"])
    run_selection([*ARGUMENTS, "--select", "raw.items"])
    tables = [[table.table for table in record.tables] for record in runs(open_storage(str(lake)))]
    assert sorted(tables) == [["raw.items"], ["raw.items", "raw.orders"]]


def test_without_a_selection_all_tables_run(
    glue: Glue, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_selection(ARGUMENTS)
    (record,) = runs(open_storage(str(lake)))
    assert {table.table for table in record.tables} == {"raw.items", "raw.orders", "std.orders"}
    assert glue.calls == ["init nightly", "commit", "callbacks stopped"]


def test_a_failed_run_raises_with_stage_and_data_state(
    glue: Glue, lake: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def work(step: Step, watch: Watch) -> None:
        with watch.stage("write"):
            raise SinkError("no space at s3://me:hunter22@lake", hint="make room")

    deliver()
    works(monkeypatch, work)
    with pytest.raises(RunFailed) as caught:
        run_selection([*ARGUMENTS, "--run_id", "r1", "--select", "raw.orders+"])
    assert caught.value.code == 4
    text = str(caught.value)
    assert "run r1: 1 of 2 tables did not finish" in text
    assert "raw.orders failed in stage write: no space at" in text
    assert "as before: the table has no data yet" in text
    assert "1 more skipped" in text
    assert glue.calls == ["init nightly", "callbacks stopped"]
    said = capfd.readouterr()
    assert "hunter22" not in text + said.err + said.out
    assert lines(said.out)[0]["Failed"] == 1
    failed = next(line for line in lines(said.err) if line.get("status") == "failed")
    assert (failed["stage"], failed["table"], failed["level"]) == ("write", "raw.orders", "WARNING")


def test_tables_that_come_too_late_fail_the_job_run(
    glue: Glue, lake: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from etl_core.run.drain import Drain

    moments = iter([0.0, 9.0])

    def drain_of(timeout: float | None, environment: object) -> Drain:
        assert timeout == 1200
        return Drain(5.0, 600.0, lambda: next(moments))

    deliver()
    monkeypatch.setattr(entry, "drain_of", drain_of)
    with pytest.raises(RunFailed, match=r"std\.orders not started: not started: less than 10 min") as caught:
        run_selection([*ARGUMENTS, "--timeout_minutes", "20", "--select", "raw.orders+"])
    assert caught.value.code == 4
    (record,) = runs(open_storage(str(lake)))
    assert [table.status for table in record.tables] == ["done", "not_started"]
    assert lines(capfd.readouterr().out)[0]["TablesNotStarted"] == 1


def test_a_wrong_configuration_is_told_in_the_exception(
    glue: Glue, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    contract = Path(sys.path[0]) / "strata_project_shop/conf/tables/std/orders.yaml"
    contract.write_text("table: std.orders\ninputs: {raw: raw.order}\ntarget: {mode: overwrite}\n")
    with pytest.raises(ConfigError, match=r"conf/tables/std/orders\.yaml:2"):
        run_selection(ARGUMENTS)
    assert "commit" not in glue.calls
    assert any(line["level"] == "ERROR" for line in lines(capfd.readouterr().err))


def test_a_fault_of_an_extension_is_logged_with_its_traceback(
    glue: Glue, lake: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(f"{FINISH}.metrics_of", broken)
    with pytest.raises(ZeroDivisionError):
        run_selection([*ARGUMENTS, "--select", "raw.*"])
    assert glue.calls == ["init nightly", "callbacks stopped"]
    assert "ZeroDivisionError: oh" in lines(capfd.readouterr().err)[-1]["exc_info"]


@pytest.mark.parametrize(("arguments", "seconds"), [([], "120"), (["--lock_timeout", "0"], "0")])
def test_a_retry_waits_for_the_lease_of_a_killed_run(
    arguments: list[str], seconds: str, glue: Glue, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_selection([*ARGUMENTS, *arguments])
    assert f"waits {seconds}" in [line["message"] for line in lines(capfd.readouterr().err)]


def test_the_first_attempt_has_number_0(glue: Glue, lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_selection(["--JOB_NAME", "nightly", "--JOB_RUN_ID", "jr_1", "--select", "raw.*"])
    (record,) = runs(open_storage(str(lake)))
    assert record.launch is not None
    assert (record.launch.attempt, record.launch.temp_dir) == (0, "")
