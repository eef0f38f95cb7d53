"""The `strata` command: what it imports, how it fails, which exit code it leaves with."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import etl_core
from etl_core.cli.failure import explain, guarded
from etl_core.cli.main import main
from etl_core.config.problems import Problem
from etl_core.errors import ConfigError, QualityError, SourceError, StageFailed
from etl_core.version import __version__

ROOT = Path(etl_core.__file__).parents[1]
HEAVY = {"pyspark", "py4j", "boto3", "botocore", "pydantic", "pyiceberg", "pyarrow", "pandas", "rich", "yaml"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )


def test_help_imports_nothing_heavy() -> None:
    done = run("-X", "importtime", "-m", "etl_core", "--help")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "typer" in imported  # the listing was read
    assert imported & HEAVY == set()


def test_help_imports_no_command() -> None:
    done = run("-X", "importtime", "-m", "etl_core", "--help")
    assert "etl_core.cli.commands\n" in done.stderr
    assert "etl_core.cli.commands." not in done.stderr


def test_every_command_is_listed_with_a_line_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2].splitlines()
    lines = [line.split(maxsplit=1) for line in listed if line.strip()]
    names = {words[0] for words in lines}
    files = {path.stem.replace("_", "-") for path in (ROOT / "etl_core/cli/commands").glob("[!_]*.py")}
    assert names == files
    assert all(len(words) == 2 for words in lines)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "etl_core/cli/commands").glob("[!_]*.py")), ids=lambda p: p.stem
)
def test_every_command_has_help(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave([path.stem.replace("_", "-"), "--help"]) == 0
    assert "Usage: strata " + path.stem.replace("_", "-") in capsys.readouterr().out


@pytest.mark.parametrize("group", ["", "catalog", "quarantine", "state"])
def test_lines_of_help_are_whole_in_80_columns(
    group: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit is cut off and ends in dots."""
    monkeypatch.setenv("COLUMNS", "80")
    assert leave([*filter(None, [group]), "--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert listed.count("\n") > 2
    assert "..." not in listed


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(["--version"]) == 0
    assert capsys.readouterr().out == f"strata {__version__}\n"


def test_an_unknown_command_names_the_closest(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(["valdate"]) == 2
    assert "Did you mean 'validate'?" in capsys.readouterr().err


def test_python_m_is_the_same_and_a_wrong_project_is_exit_code_2(tmp_path: Path) -> None:
    done = run("-m", "etl_core", "validate", "--project", str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("c"), 2),
        (QualityError("q"), 3),
        (SourceError("s"), 4),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError(), 4),
        (StageFailed(QualityError("q"), stage="check", table="a.b", run_id="r", data_state="as before"), 3),
    ],
)
def test_exit_codes(error: BaseException, code: int) -> None:
    def work() -> int:
        raise error

    assert guarded(work) == code


def test_work_that_ends_well_keeps_its_code() -> None:
    assert guarded(lambda: 3) == 3


def test_only_a_fault_of_our_own_shows_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(lambda: {}["x"])
    assert "KeyError" in capsys.readouterr().err


def test_all_problems_are_told_in_order() -> None:
    problems = [Problem("b.yaml", 1, 1, "second"), Problem("a.yaml", 2, 3, "first", "do this")]
    assert explain(ConfigError("2 problems", problems=problems)).splitlines() == [
        "error: 2 problems",
        "a.yaml:2:3: first",
        "    do this",
        "b.yaml:1:1: second",
    ]


def test_problems_are_shown_where_they_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/strata.yaml").write_text("name: p\nlayers: raw\n")
    (tmp_path / "conf/environments").mkdir()
    (tmp_path / "conf/environments/local.yaml").write_text("profile: glue-5.1\nwarehouse: w\n")
    assert leave(["plan", "--project", str(tmp_path)]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("conf/strata.yaml\n")
    assert "| layers: raw\n" in shown
    assert re.search(r"\| +\^", shown)
    assert shown.splitlines()[-1] == "error: 1 problem in the project's configuration"


def test_a_failed_stage_tells_what_readers_see() -> None:
    error = StageFailed(
        SourceError("gone", hint="look"), stage="read", table="a.b", run_id="r1", data_state="old"
    )
    assert explain(error).splitlines() == [
        "error: gone",
        "  hint: look",
        "  table: a.b, stage: read, run: r1",
        "  readers see: old",
    ]


def leave(argv: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    return int(caught.value.code or 0)
