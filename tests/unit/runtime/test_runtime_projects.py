"""Where a script finds its project: around itself, in the current folder, installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.errors import ConfigError
from etl_core.runtime.arguments import job_arguments
from etl_core.runtime.projects import find_project, installed_projects


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages; the current folder holds no project."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    return site


def install(site: Path, name: str, *environments: str) -> Path:
    root = site / f"zz_project_{name}"
    (root / "conf" / "environments").mkdir(parents=True)
    (root / "conf" / "strata.yaml").touch()
    (root / "__init__.py").write_text("raise RuntimeError('a project is not imported')")
    for environment in environments:
        (root / "conf" / "environments" / f"{environment}.yaml").touch()
    info = site / f"zz_project_{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: zz-project-{name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[strata.projects]\n{name} = zz_project_{name}\n")
    return root


def test_glue_ships_a_script_alone_and_finds_the_installed_project(site: Path, tmp_path: Path) -> None:
    root = install(site, "shop", "prod")
    assert installed_projects() == {"shop": root}
    assert find_project(tmp_path / "glue" / "daily.py") == root


def test_its_only_environment_need_not_be_named(site: Path, tmp_path: Path) -> None:
    install(site, "shop", "prod")
    assert job_arguments("a.b", tmp_path / "daily.py", []).env == "prod"
    assert job_arguments("a.b", tmp_path / "daily.py", ["--env", "test"]).env == "test"


def test_of_several_environments_none_is_guessed(site: Path, tmp_path: Path) -> None:
    install(site, "shop", "prod", "test")
    assert job_arguments("a.b", tmp_path / "daily.py", []).env is None


def test_a_project_on_disk_goes_before_an_installed_one(site: Path, tmp_path: Path) -> None:
    install(site, "shop", "prod")
    own = tmp_path / "own"
    (own / "conf" / "environments").mkdir(parents=True)
    (own / "conf" / "strata.yaml").touch()
    (own / "conf" / "environments" / "local.yaml").touch()
    script = own / "jobs" / "a" / "b.py"
    assert find_project(script) == own
    assert job_arguments("a.b", script, []).env is None  # as for `strata run`: conf/strata.yaml says which


def test_of_several_projects_one_must_be_named(site: Path, tmp_path: Path) -> None:
    install(site, "shop")
    root = install(site, "bank")
    with pytest.raises(ConfigError, match="bank, shop"):
        find_project(tmp_path / "daily.py")
    assert job_arguments("a.b", tmp_path / "daily.py", ["--project", str(root)]).project == root
