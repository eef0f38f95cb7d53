"""What a project needs beside what the runtime has, before pip is asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.config.loader import load
from etl_core.deploy.bundle.runtimes import target_runtime
from etl_core.deploy.bundle.wheelhouse import pin_lines, project_requirements, strata_requirements
from etl_core.errors import ConfigError

METADATA = b"""Metadata-Version: 2.1
Name: strata-etl
Version: 1
Requires-Dist: pydantic>=2
Requires-Dist: colorama; sys_platform == "win32"
Requires-Dist: pyarrow>=15; extra == "glue"
Requires-Dist: deltalake; extra == "delta"
Requires-Dist: pydeequ==1.7.0; extra == "deequ"
Requires-Dist: pyiceberg; extra == "history"
Requires-Dist: typer; extra == "cli"
"""
GLUE = target_runtime("glue-5.1")


def project(root: Path, format_name: str, rules: str) -> Path:
    files = {
        "conf/strata.yaml": "name: shop\nlayers: [raw]\n",
        "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: w\n",
        "conf/tables/raw/a.yaml": f"table: raw.a\nsource: {{path: l}}\ncolumns: [{{name: id, type: int}}]\n"
        f"target: {{mode: append, format: {format_name}}}\n{rules}",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(
    ("format_name", "rules", "names"),
    [
        ("iceberg", "", ["pydantic", "pyarrow"]),
        ("delta", "", ["pydantic", "pyarrow", "deltalake"]),
        (
            "iceberg",
            "quality: {rules: 'Rules = [ RowCount > 0 ]'}\n",
            ["pydantic", "pyarrow", "pydeequ", "pyiceberg"],
        ),
        (
            "iceberg",
            "quality: {table_rules: 'Rules = [ RowCount > 0 ]'}\n",
            ["pydantic", "pyarrow", "pydeequ", "pyiceberg"],
        ),
    ],
)
def test_formats_and_rules_decide_what_strata_needs(
    format_name: str, rules: str, names: list[str], tmp_path: Path
) -> None:
    loaded = load(project(tmp_path, format_name, rules))
    assert [one.name for one in strata_requirements(METADATA, loaded, GLUE)] == names


def test_glue_brings_its_own_data_quality(tmp_path: Path) -> None:
    root = project(tmp_path, "iceberg", "quality: {rules: 'Rules = [ RowCount > 0 ]'}\n")
    with (root / "conf/environments/local.yaml").open("a") as environment:
        environment.write("rule_engine: glue\n")
    names = [one.name for one in strata_requirements(METADATA, load(root), GLUE)]
    assert names == ["pydantic", "pyarrow", "pyiceberg"]


def test_the_projects_own_requirements_are_read(tmp_path: Path) -> None:
    assert project_requirements(tmp_path) == []
    (tmp_path / "requirements.txt").write_text("# ours\nholidays==0.60  # Czech ones\n\nnumpy>=1,<3\n")
    assert [str(one) for one in project_requirements(tmp_path)] == ["holidays==0.60", "numpy<3,>=1"]


@pytest.mark.parametrize(
    "line",
    [
        "-r other.txt",
        "./local",
        "holidays @ https://me:hunter22@example/a.whl",
        "--index-url https://me:hunter22@example",
    ],
)
def test_anything_else_in_them_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"a\n{line}\n")
    with pytest.raises(ConfigError, match=r"^requirements\.txt:2: ") as caught:
        project_requirements(tmp_path)
    assert "hunter22" not in str(caught.value)


def test_pins_are_sorted() -> None:
    assert pin_lines({"b": "2", "a": "1"}) == ("a==1", "b==2")
