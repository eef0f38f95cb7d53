"""`strata cost` of a project whose run records lie in a bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl_core.cli.main import main
from etl_core.report.store import save
from etl_core.storage import open_storage
from tests.aws import empty_account, moto_server, settings
from tests.unit.deploy.small_deploy import project
from tests.unit.deploy.test_cost import RUNS


def cost(root: Path) -> object:
    with pytest.raises(SystemExit) as left:
        main(["cost", "--project", str(root), "--env", "prod", "--json"])
    return left.value.code


def test_the_command_reads_the_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path / "project")
    with moto_server() as url:
        for name, value in settings(url, tmp_path).items():
            monkeypatch.setenv(name, value)
        empty_account(url, "shop-lake")
        for one in RUNS:
            save(open_storage("s3://shop-lake/tables"), one)
        assert cost(tmp_path / "project") == 0
        nightly, _ = json.loads(capsys.readouterr().out)
        assert nightly["schedule"] == "nightly"
        assert nightly["dpu_hours"] == pytest.approx(1100 / 3600 * 2)
        empty_account(url)
        assert cost(tmp_path / "project") == 4
    said = capsys.readouterr().err
    assert "cannot reach s3://shop-lake/tables/_strata/runs: there is no such bucket" in said
