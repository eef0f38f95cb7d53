"""The README's commands and code, run as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyspark
import yaml

from etl_core.config.models.table import TableConfig
from tests.integration.projects import REPOSITORY, environment

README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One line of the README; `strata` and `spark-submit` are those of this Python."""
    line = re.sub(r"^strata ", f"{sys.executable} -m etl_core ", line)
    submit = Path(pyspark.__file__).parent / "bin/spark-submit"
    line = re.sub(r"^spark-submit ", f"{submit} ", line)
    variables = environment() | {"PYSPARK_PYTHON": sys.executable}
    return subprocess.run(
        line, shell=True, cwd=folder, env=variables, capture_output=True, text=True, timeout=300, check=False
    )


def test_a_table_in_ten_minutes(tmp_path: Path) -> None:
    lines = next(text for text in blocks("") if "strata init" in text).splitlines()
    folder = tmp_path
    said = {}
    for line in lines:
        command, _, then = line.partition(" && ")
        done = shell(command, folder)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        said[command] = done.stdout
        if then.startswith("cd "):
            folder = folder / then.removeprefix("cd ")
    assert any("no problems" in text for text in said.values())
    assert len(said) == 4
    tested = shell(f"{sys.executable} -m pytest -q -p no:cacheprovider", folder)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_the_first_screen_names_targets_that_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    commands = re.findall(r"^make (\w+)", blocks("")[0], re.MULTILINE)
    assert commands == ["demo", "test"]
    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in commands)


def test_the_contract_is_one() -> None:
    contract = TableConfig.model_validate(yaml.safe_load(blocks("yaml")[0]))
    assert contract.table == "enriched.adult"


def test_the_table_and_its_test(tmp_path: Path) -> None:
    """The Python block holds two files; a comment with the path begins each."""
    files = re.split(r"^# ((?:jobs|tests)/\S+)\n", blocks("python")[0], flags=re.MULTILINE)[1:]
    for name, text in zip(files[::2], files[1::2], strict=True):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    lines = [line for text in files[1::2] for line in text.splitlines() if line.strip()]
    assert len(lines) <= 20
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_plugin(), "tests"],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPOSITORY)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_spark_submit_does_what_strata_run_does(tmp_path: Path) -> None:
    assert "spark-submit jobs/conformed/person.py --env local" in README
    assert shell("strata init shop", tmp_path).returncode == 0
    root = tmp_path / "shop"
    script = "jobs/standardized/orders.py"
    tables = []
    for line in ("strata run --select standardized.orders", f"spark-submit {script} --env local"):
        done = shell(line, root)
        assert done.returncode == 0, done.stdout + done.stderr
        tables.append(rows_of(root, "standardized.orders"))
        shutil.rmtree(next(root.rglob("catalog.db")).parent)
    assert tables[0]
    assert tables[0] == tables[1]


def rows_of(root: Path, table: str) -> list[dict[str, object]]:
    done = shell(f"strata show {table} --json", root)
    found: list[dict[str, object]] = json.loads(done.stdout)
    return sorted(found, key=str)


def _plugin() -> list[str]:
    """Without an installed Strata its pytest plugin has to be named."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("strata-etl")
    except PackageNotFoundError:
        return ["-p", "etl_core.testing.plugin"]
    return []
