"""`strata init` makes a project that is right, and never touches one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.cli.scaffold import create
from etl_core.errors import ConfigError
from etl_core.validate import validate


@pytest.mark.parametrize("name", ["shop", 'O\'Brien & "Söhne": #1'])
def test_a_new_project_has_no_problems(name: str, tmp_path: Path) -> None:
    create(tmp_path / "new", name)
    project, problems = validate(tmp_path / "new")
    assert problems == ()
    assert project is not None
    assert project.config.name == name
    assert set(project.tables) == {"standardized.orders"}
    assert project.tables["standardized.orders"].job is not None


def test_the_folder_names_the_project(tmp_path: Path) -> None:
    create(tmp_path / "sales")
    assert (tmp_path / "sales" / "README.md").read_text("utf-8").startswith("# sales\n")


def test_every_file_is_there_under_its_own_name(tmp_path: Path) -> None:
    written = create(tmp_path / "new")
    assert Path(".gitignore") in written
    assert Path("tests/test_orders.py") in written
    assert not [
        path for path in (tmp_path / "new").rglob("*") if path.suffix == ".tmpl" or "dot_" in path.name
    ]
    assert all("{{" not in (tmp_path / "new" / path).read_text("utf-8") for path in written)


def test_python_files_compile(tmp_path: Path) -> None:
    for path in create(tmp_path / "new"):
        if path.suffix == ".py":
            compile((tmp_path / "new" / path).read_text("utf-8"), str(path), "exec")


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(ConfigError, match=r"mine\.txt"):
        create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_git_init_may_come_first(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert create(tmp_path)
