"""1 % changed keys into a keyed table: `strata run`, gate and state included, against a hand-written MERGE.

python benchmarks/cdc_one_percent.py [--format iceberg] [--rows 4000000] [--pairs 3]

A tenth of the changes are deletes, a tenth new keys. Both sides read the same Parquet file of changes.
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

import duckdb
from common import new_project, report, strata_run, timed
from handmade import ByHand
from pyspark.sql import SparkSession

COLUMNS = "id bigint, name string, city string, amount decimal(18,2), updated_at timestamp"
CONTRACT = """\
table: raw.account
source: {{type: files, path: landing, format: parquet}}
target: {{format: {format}, mode: cdc, keys: [id], sequence_by: [updated_at], operation_column: op}}
columns:
  - {{name: id, type: bigint, nullable: false}}
  - {{name: name}}
  - {{name: city}}
  - {{name: amount, type: "decimal(18,2)"}}
  - {{name: updated_at, type: timestamp}}
quality:
  rules: |
    Rules = [ IsComplete "name" ]
"""
TARGET = {"iceberg": "at most 1.15", "delta": "at most 1.25", "hudi": "at most 1.25"}


def write_events(path: Path, rows: int, day: int) -> None:
    """Day 0: every key. Later days: every hundredth key, from another start each day."""
    which = f"range({rows}) t(i)" if day == 0 else f"range({day * 7}, {rows}, 100) t(i)"
    op = "'I'" if day == 0 else "CASE i // 100 % 10 WHEN 0 THEN 'D' WHEN 1 THEN 'I' ELSE 'U' END"
    key = "i" if day == 0 else f"CASE WHEN i // 100 % 10 = 1 THEN i + {rows} * {day} ELSE i END"
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        f"""COPY (SELECT {op} AS op, ({key})::BIGINT AS id,
              'Customer ' || (i * 31 % 100000) || ' {day}' AS name, 'city' || (i * 7919 % 50) AS city,
              ((i * 104729 + {day}) % 1000000 / 100)::DECIMAL(18,2) AS amount,
              (TIMESTAMP '2026-01-01' + INTERVAL ({day}) DAY)::TIMESTAMPTZ AS updated_at
            FROM {which}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 500000)"""
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=sorted(TARGET), default="iceberg")
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    root = new_project()
    (root / "conf/tables/raw/account.yaml").write_text(CONTRACT.format(format=options.format))
    strata, by_hand, hand = [], [], None
    for day in range(options.pairs + 2):  # day 0 fills the tables, day 1 warms up
        file = root / f"landing/day{day:02d}.parquet"
        write_events(file, options.rows, day)
        ours = timed(partial(strata_run, root))
        spark = SparkSession.active()
        events = spark.read.parquet(str(file))
        if hand is None:
            at = "strata.raw.hand" if options.format == "iceberg" else str(root / "hand")
            hand = ByHand(spark, options.format, at, COLUMNS)
            hand.create()
            hand.fill(events.drop("op"))
            continue
        theirs = timed(partial(hand.apply, events, spark))
        if day > 1:
            strata.append(ours)
            by_hand.append(theirs)
    name = f"cdc_one_percent_{options.format}_{options.rows}"
    report(name, strata, by_hand, format=options.format, rows=options.rows, target=TARGET[options.format])
    spark.stop()
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
