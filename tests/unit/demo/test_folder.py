"""The demo deletes only its own folder, and only in a project that keeps everything there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl_core.demo.folder import prepare
from etl_core.errors import ConfigError

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("conf", "jobs"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    old = tmp_path / ".strata/demo/warehouse/old"
    old.parent.mkdir(parents=True)
    old.write_text("x")
    (tmp_path / ".strata/local").mkdir()
    return tmp_path


def test_starts_from_nothing_and_leaves_the_rest(root: Path) -> None:
    assert prepare(root).environment_name == "demo"
    assert not (root / ".strata/demo").exists()
    assert (root / ".strata/local").exists()


def test_keep_keeps(root: Path) -> None:
    prepare(root, keep=True)
    assert (root / ".strata/demo/warehouse/old").exists()


def test_a_landing_area_elsewhere_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATA_LANDING", "/somewhere")
    with pytest.raises(ConfigError, match="landing area"):
        prepare(root)
    assert (root / ".strata/demo/warehouse/old").exists()


def test_a_warehouse_elsewhere_is_refused(root: Path) -> None:
    environment = root / "conf/environments/demo.yaml"
    environment.write_text(environment.read_text().replace(".strata/demo/warehouse", "elsewhere"))
    with pytest.raises(ConfigError, match="warehouse"):
        prepare(root)
    assert (root / ".strata/demo/warehouse/old").exists()
