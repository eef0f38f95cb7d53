"""`--json` of a process of its own: stdout is the record and nothing else, whatever libraries have to say."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.projects import MINIMAL, strata, write

CONTRACT = """\
table: raw.NAME
source: {type: files, path: landing}
target: {format: FORMAT, mode: append}
columns: [{name: id, type: int}]
quality:
  rules: |
    Rules = [ RowCount = 2 ]
"""


def test_stdout_is_the_record(tmp_path: Path) -> None:
    formats = ("iceberg", "delta", "hudi")
    contracts = {
        f"conf/tables/raw/{name}.yaml": CONTRACT.replace("NAME", name).replace("FORMAT", name)
        for name in formats
    }
    environment = "profile: glue-5.1\nwarehouse: warehouse\nrule_engine: deequ\n"
    files = {"landing/a.csv": "id\n1\n2\n", "conf/environments/local.yaml": environment}
    root = write(tmp_path, MINIMAL | contracts | files)
    done = strata(root, "run", "--json")
    record = json.loads(done.stdout)
    assert {table["table"] for table in record["tables"]} == {f"raw.{name}" for name in formats}
