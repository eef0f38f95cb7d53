"""What a job script understands, on a laptop and as Glue passes it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

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


def test_glue_adds_arguments_of_its_own(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`getResolvedOptions(argv, names)` returns JOB_NAME and more beside `names`, and fails for a name
    that was not passed."""

    def resolved(argv: Sequence[str], names: Sequence[str]) -> dict[str, str]:
        assert set(names) == {"env", "run_id"}
        return {"JOB_NAME": "job", "TempDir": "s3://t", "env": "prod", "run_id": "r"}

    utils = ModuleType("awsglue.utils")
    utils.getResolvedOptions = resolved  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "awsglue", ModuleType("awsglue"))
    monkeypatch.setitem(sys.modules, "awsglue.utils", utils)
    given = ["--JOB_NAME", "job", "--TempDir", "s3://t", "--env", "prod", "--run_id", "r"]
    arguments = job_arguments("a.b", script, given)
    assert (arguments.env, arguments.run_id, arguments.select) == ("prod", "r", "a.b")
