"""`strata validate` of 1,000 tables as a whole process: contracts, rules, job scripts. At most 2 s.

    python benchmarks/validate_1000_tables.py [--tables 1000] [--runs 7]

Beside it stand the parts of the time, measured in this process, and `strata --help`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
LIMIT = 2.0  # seconds

RAW = """\
table: raw.t{n}
source: {{type: dms, path: "${{landing}}/hr/t{n}", format: csv, header: false}}
target: {{mode: append}}
columns:
  - {{name: id, type: int, nullable: false}}
  - {{name: last_name, description: The family name}}
  - {{name: hired_at, type: date, format: d-MMM-yy}}
quality:
  rules: |
    Rules = [ IsComplete "id", ColumnLength "last_name" > {n} ]
"""
CURRENT = """\
table: standardized.t{n}
description: The rows as the source has them now.
owner: data@example.com
inputs:
  rows: {{table: raw.t{n}, read: new}}
target:
  format: iceberg
  mode: cdc
  keys: [id]
  operation_column: Op
  deletes: hard
  partition_by: ["years(hired_at)"]
columns:
  - {{name: id, type: int, nullable: false}}
  - {{name: last_name, description: The family name}}
  - {{name: first_name, pii: direct}}
  - {{name: hired_at, type: date, format: d-MMM-yy}}
  - {{name: city, type: string}}
  - {{name: salary, type: "decimal(12,2)"}}
quality:
  rules: |
    Rules = [
      ColumnLength "last_name" > {n},
      IsComplete "city"
    ]
  table_rules: |
    Rules = [ IsPrimaryKey "id", RowCount > {n} ]
  on_failure: block
"""
JOB = '''\
"""Salaries in one currency."""

from pyspark.sql import DataFrame, functions as F

from etl_core import table


@table("standardized.t{n}")
def t{n}(rows: DataFrame) -> DataFrame:
    """Rows without a city are no employees."""
    return rows.withColumn("salary", F.col("salary") * F.lit({n})).filter(F.col("city").isNotNull())


if __name__ == "__main__":
    t{n}.main()
'''


def write_project(root: Path, tables: int) -> None:
    """Half raw, half standardized tables; each of the latter with a job. Every rule text is another."""
    files = {
        "conf/strata.yaml": "name: large\nlayers: [raw, standardized]\n",
        "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: w\nvariables: {landing: landing}\n",
    }
    for n in range(tables // 2):
        files[f"conf/tables/raw/t{n}.yaml"] = RAW.format(n=n)
        files[f"conf/tables/standardized/t{n}.yaml"] = CURRENT.format(n=n)
        files[f"jobs/standardized/t{n}.py"] = JOB.format(n=n)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def process(*arguments: str) -> Callable[[], None]:
    command = [sys.executable, "-m", "etl_core", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    return run


def median(work: Callable[[], object], runs: int) -> float:
    """Seconds of wall time; the first, cold run is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def cpu_seconds(work: Callable[[], None]) -> float:
    """CPU time of the process that `work` starts: what the wall time would be on an idle machine."""
    before = os.times()
    work()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    sys.path.insert(0, str(REPOSITORY))
    from etl_core.config.jobs import read_jobs
    from etl_core.config.loader import load

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_project(root, options.tables)
        validate = process("validate", "--project", folder)
        figures = {
            "strata --help": median(process("--help"), options.runs),
            f"strata validate, {options.tables} tables": median(validate, options.runs),
            "  its CPU time": cpu_seconds(validate),
            "  of that: load (YAML, models, scripts)": median(lambda: load(root), options.runs),
            "  of that: job scripts by ast": median(lambda: read_jobs(root), options.runs),
        }
    for name, seconds in figures.items():
        print(f"{name:45} {seconds:6.2f} s")
    whole = figures[f"strata validate, {options.tables} tables"]
    print(f"{'limit ' + str(LIMIT) + ' s:':45} {'met' if whole <= LIMIT else 'MISSED'}")
    return 0 if whole <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
