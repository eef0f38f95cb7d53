"""What a job script understands, on a laptop and as Glue passes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl_core.errors import ConfigError
from etl_core.runtime.arguments import job_arguments


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "project" / "conf").mkdir(parents=True)
    (tmp_path / "project" / "conf" / "strata.yaml").touch()
    return tmp_path / "project" / "jobs" / "conformed" / "person.py"


def test_without_arguments_a_script_makes_its_own_table(script: Path) -> None:
    arguments = job_arguments("conformed.person", script, [])
    assert arguments.select == "conformed.person"
    assert arguments.project == script.parents[2]
    assert arguments.env is None
    assert arguments.logical_time is None


def test_arguments_are_taken(script: Path) -> None:
    given = ["--env", "demo", "--run-id=r1", "--logical-time", "2024-05-31T08:00:00+02:00"]
    arguments = job_arguments("a.b", script, [*given, "--select", "+a.b", "--lock-timeout", "2.5"])
    assert (arguments.env, arguments.run_id, arguments.select) == ("demo", "r1", "+a.b")
    assert arguments.logical_time == datetime(2024, 5, 31, 6, tzinfo=UTC)
    assert arguments.lock_timeout == 2.5


def test_a_time_without_a_zone_is_utc(script: Path) -> None:
    arguments = job_arguments("a.b", script, ["--logical-time", "2024-05-31"])
    assert arguments.logical_time == datetime(2024, 5, 31, tzinfo=UTC)


def test_a_time_that_is_none_is_refused(script: Path) -> None:
    with pytest.raises(ConfigError, match="yesterday"):
        job_arguments("a.b", script, ["--logical-time", "yesterday"])


def test_an_unknown_argument_leaves_with_exit_code_2(script: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        job_arguments("a.b", script, ["--nonsense", "1"])
    assert caught.value.code == 2


def test_the_current_folder_counts_where_the_script_lies_elsewhere(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(script.parents[2])
    assert job_arguments("a.b", tmp_path / "copied.py", []).project == script.parents[2]


def test_no_project_is_a_configuration_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"conf/strata\.yaml"):
        job_arguments("a.b", tmp_path / "jobs" / "a" / "b.py", [])


def test_the_jobs_time_comes_in_minutes(script: Path) -> None:
    assert job_arguments("a.b", script, ["--timeout-minutes", "90"]).timeout == 5400
    assert job_arguments("a.b", script, []).timeout is None


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
@pytest.mark.parametrize("name", ["--timeout_minutes", "--lock-timeout"])
def test_what_is_no_number_is_refused(name: str, text: str, script: Path) -> None:
    with pytest.raises(ConfigError, match=text):
        job_arguments("a.b", script, [f"{name}={text}"])


def test_without_a_table_all_are_meant(script: Path) -> None:
    assert job_arguments(None, script, []).select is None
    assert job_arguments(None, script, ["--select", "a.*"]).select == "a.*"


# As Glue 5.1 passes them, before and after those of the job. Amazon's own getResolvedOptions reads them.
GLUE = [
    *("--JOB_NAME", "nightly", "--JOB_ID", "j_1", "--JOB_RUN_ID", "jr_1_attempt_2"),
    *("--TempDir", "s3://temp/x", "--job-bookmark-option", "job-bookmark-disable"),
    *("--enable-metrics", "true", "--conf", "spark.a=b --conf spark.c=d"),
]


@pytest.mark.parametrize("dash", ["-", "_"])
def test_glue_adds_arguments_of_its_own(dash: str, script: Path) -> None:
    own = ["--env", "prod", f"--run{dash}id=r", "--select", "+a.b", f"--timeout{dash}minutes", "30"]
    arguments = job_arguments("a.b", script, [*GLUE, *own])
    assert (arguments.env, arguments.run_id, arguments.select) == ("prod", "r", "+a.b")
    assert arguments.timeout == 1800
    assert arguments.given == {"env": "prod", "run_id": "r", "select": "+a.b", "timeout_minutes": "30"}


def test_a_job_on_glue_needs_no_arguments(script: Path) -> None:
    arguments = job_arguments("a.b", script, GLUE)
    assert (arguments.select, arguments.env, arguments.timeout) == ("a.b", None, None)
