"""Small projects on disk, run as a user runs them: in a process of their own, read back without Strata."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pyiceberg.catalog.sql import SqlCatalog

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
    return {**os.environ, "PYTHONPATH": str(REPOSITORY)}


def strata(root: Path, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run one command; `code` is the exit code that must come back."""
    done = subprocess.run(
        command(root, *arguments), capture_output=True, text=True, env=environment(), timeout=300, check=False
    )
    if code is not None:
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def run_json(root: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """`strata run --json`: the run's record."""
    record: dict[str, Any] = json.loads(strata(root, "run", "--json", *arguments, code=code).stdout)
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
