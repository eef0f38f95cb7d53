"""Small projects on disk, run by the command line, read back without Strata."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from etl_core.cli.main import main

REPOSITORY = Path(__file__).parents[2]


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def command(root: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "etl_core", *arguments, "--project", str(root)]


def environment() -> dict[str, str]:
    """For processes with little to do: Java's optimising compiler would be half of what they cost. Without
    it the room for compiled code is small, and a process that runs for long would come to use all of it."""
    options = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "JDK_JAVA_OPTIONS": options}


def strata(root: Path, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run one command; `code` is the exit code that must come back."""
    done = subprocess.run(
        command(root, *arguments), capture_output=True, text=True, env=environment(), timeout=300, check=False
    )
    if code is not None:
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def run_json(root: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """`strata run --json`, in this process and its Spark: the run's record."""
    said = io.StringIO()
    with redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main(["run", "--json", *arguments, "--project", str(root)])
    assert ended.value.code == code, said.getvalue()
    record: dict[str, Any] = json.loads(said.getvalue())
    return record


def part(record: dict[str, Any], table: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in record["tables"] if entry["table"] == table)
    return found


def catalog(root: Path) -> SqlCatalog:
    warehouse = root / "warehouse"
    return SqlCatalog("strata", uri=f"sqlite:///{warehouse / 'catalog.db'}", warehouse=warehouse.as_uri())


def rows(root: Path, table: str) -> list[dict[str, Any]]:
    """All rows of an Iceberg table by pyiceberg, without Strata's own columns."""
    names = catalog(root).load_table(table).scan().to_arrow().to_pylist()
    return [{name: value for name, value in row.items() if not name.startswith("_strata")} for row in names]


MINIMAL = {
    "conf/strata.yaml": "name: small\nlayers: [raw, standardized, enriched]\n",
    "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: warehouse\n",
}
