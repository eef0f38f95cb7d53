"""What rules cost: `strata run` with them against the same run without, all sides in turn.

python benchmarks/rules.py [--format iceberg] [--mode append] [--rows 4000000] [--rounds 5]

Sides: no rules; eight scan-level rules on good rows; the same where 1 % of the rows are bad and go to the
quarantine; eight rules, IsUnique and IsPrimaryKey on the key. With `append` each side has one table, to which
each round adds a file; with `cdc` each round loads a table of its own.
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

import duckdb
from common import new_project, report_sides, strata_run, timed
from pyspark.sql import SparkSession

MODES = {"append": "mode: append", "cdc": "mode: cdc, keys: [id], sequence_by: [ts]"}
EIGHT = """\
IsComplete "id", IsComplete "name", ColumnLength "name" > 3, ColumnValues "amount" >= 0,
      ColumnValues "qty" between -1 and 1000, ColumnValues "d" > "2014-12-31", Completeness "city" > 0.8,
      Mean "amount" > 0"""
KEY = ', IsUnique "id", IsPrimaryKey "id"'
# side -> (its rows, rules)
SIDES = {
    "none": ("good", ""),
    "eight": ("good", EIGHT),
    "one_percent_bad": ("bad", EIGHT),
    "eight_and_key": ("good", EIGHT + KEY),
}
AIMS = {
    "eight": {"iceberg": 1.15, "delta": 1.35, "hudi": 1.35},
    "one_percent_bad": 1.4,
    "eight_and_key": 1.6,
}
CONTRACT = """\
table: raw.{name}
source: {{type: files, path: "landing/{name}"}}
target: {{format: {format}, {mode}}}
columns:
  - {{name: id, type: bigint}}
  - {{name: name}}
  - {{name: city}}
  - {{name: amount, type: "decimal(18,2)"}}
  - {{name: d, type: date}}
  - {{name: ts, type: timestamp}}
  - {{name: qty, type: int}}
  - {{name: flag, type: boolean}}
"""
QUALITY = """\
quality:
  rows: quarantine
  rules: |
    Rules = [
      {rules} ]
"""


def write_rows(path: Path, rows: int, bad: str) -> None:
    """`bad`: a condition on the number of a row: its name is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        f"""COPY (SELECT i AS id, CASE WHEN {bad} THEN NULL ELSE 'Customer ' || (i % 100000) END AS name,
              CASE WHEN i % 10 = 0 THEN NULL ELSE 'city' || (i % 50) END AS city,
              round((i * 7919 % 10000000) / 100.0, 2) AS amount,
              (DATE '2015-01-01' + (i % 3000)::INT)::DATE AS d,
              TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS ts, (i * 7 % 1000) AS qty, i % 2 = 0 AS flag
            FROM range({rows}) t(i)) TO '{path}' (HEADER true)"""
    )


def prepare(root: Path, side: str, number: int, options: argparse.Namespace) -> None:
    """One contract, and one new file for it."""
    for old in (root / "conf/tables/raw").glob("*.yaml"):
        old.unlink()
    name = side if options.mode == "append" else f"{side}_{number}"
    rows, rules = SIDES[side]
    text = CONTRACT.format(name=name, format=options.format, mode=MODES[options.mode])
    text += QUALITY.format(rules=rules) if rules else ""
    (root / f"conf/tables/raw/{name}.yaml").write_text(text)
    (root / "landing" / name).mkdir(parents=True, exist_ok=True)
    for old in (root / "landing").glob("*/*.csv"):
        old.unlink()
    shutil.copyfile(root / f"{rows}.csv", root / f"landing/{name}/round{number:02d}.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("iceberg", "delta", "hudi"), default="iceberg")
    parser.add_argument("--mode", choices=sorted(MODES), default="append")
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    root = new_project()
    write_rows(root / "good.csv", options.rows, "false")
    write_rows(root / "bad.csv", options.rows, "i % 100 = 7")
    taken: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(options.rounds + 1):  # the first round warms up
        order = list(SIDES)[number % len(SIDES) :] + list(SIDES)[: number % len(SIDES)]
        for side in order:
            prepare(root, side, number, options)
            seconds = timed(partial(strata_run, root))
            if number:
                taken[side].append(seconds)
    name = f"rules_{options.mode}_{options.format}"
    facts = {"format": options.format, "mode": options.mode, "rows": options.rows, "at_most": AIMS}
    report_sides(name, taken, "none", **facts)
    SparkSession.active().stop()
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
