"""The commands about progress: their options, and what they refuse before they look at anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_main import leave

TABLE = {
    "conf/strata.yaml": "name: small\nlayers: [raw]\n",
    "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: warehouse\n",
    "conf/tables/raw/orders.yaml": "table: raw.orders\nsource: {path: landing}\ntarget: {mode: append}\n",
    "landing/1.csv": "id\n1\n",
}


@pytest.fixture
def project(tmp_path: Path) -> list[str]:
    for name, text in TABLE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return ["--project", str(tmp_path)]


@pytest.mark.parametrize("command", ["show", "set"])
def test_state_has_subcommands(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(["state", "--help"]) == 0
    assert f"\n  {command} " in capsys.readouterr().out
    assert leave(["state", command, "--help"]) == 0
    assert f"Usage: strata state {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["state", "set", "raw.orders"], "one of --as-of-now, --empty and --from"),
        (["state", "set", "raw.orders", "--empty", "--from", __file__], "one of --as-of-now, --empty"),
        (["rewind", "--to", "r1", "--json"], "add --yes or --dry-run"),
        (["run", "--allow-vanished"], "add --full-refresh"),
        (["plan", "--allow-vanished"], "add --full-refresh"),
        (["backfill", "--select", "*", "--from", "2026-11-02", "--to", "2026-11-01"], "not after its start"),
        (
            ["backfill", "--select", "*", "--from", "2026-11-01", "--to", "2026-11-02", "--every", "0d"],
            "write 6h, 1d or 2w",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    project: list[str], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave([*arguments, *project]) == 2
    assert said in capsys.readouterr().err


def test_backfill_wants_to_be_told_which_tables(
    project: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave(["backfill", "--from", "2026-11-01", "--to", "2026-11-02", *project]) == 2
    assert "--select" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["state", "show", "raw.order"], "raw.orders"),
        (["state", "set", "raw.orders", "--as-of-now"], "does not exist yet"),
        (["rewind", "--to", "r1", "--yes"], "no record of run 'r1'"),
    ],
)
def test_what_is_not_there_is_told(
    project: list[str], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave([*arguments, *project]) == 4
    assert said in capsys.readouterr().err


def test_a_table_that_is_not_there_yet_has_no_progress(
    project: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave(["state", "show", *project]) == 0
    assert "no table" in capsys.readouterr().out


def test_a_plan_says_what_it_is_for(project: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(["plan", "--full-refresh", *project]) == 0
    assert "full refresh" in capsys.readouterr().out
    window = ["--from", "2020-01-01", "--to", "2020-01-03", "--every", "1d"]
    assert leave(["backfill", "--select", "*", *window, "--dry-run", *project]) == 0
    said = capsys.readouterr().out
    assert "backfill of 2020-01-01 00:00 to 2020-01-02 00:00 UTC" in said
    assert "backfill of 2020-01-02 00:00 to 2020-01-03 00:00 UTC" in said
    assert said.count("no files in landing") == 2
