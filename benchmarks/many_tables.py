"""60 small cdc tables in one `strata run` against a hand-written threaded loop of the same MERGEs.

python benchmarks/many_tables.py [--format iceberg] [--tables 60] [--rows 2000] [--threads 8] [--pairs 3]
"""

from __future__ import annotations

import argparse
import random
import shutil
from functools import partial
from pathlib import Path

from common import new_project, report, strata_run, timed
from handmade import ByHand, in_threads
from pyspark.sql import SparkSession

COLUMNS = "id int, name string, updated_at timestamp"
CONTRACT = """\
table: raw.t{n}
source: {{type: files, path: "landing/t{n}"}}
target: {{format: {format}, mode: cdc, keys: [id], sequence_by: [updated_at], operation_column: op}}
columns:
  - {{name: id, type: int, nullable: false}}
  - {{name: name}}
  - {{name: updated_at, type: timestamp}}
"""


def write_day(folder: Path, day: int, rows: int, seed: int) -> None:
    """Day 1 inserts every key; later days change a fifth of them, some of those deleted."""
    chance = random.Random(seed * 1000 + day)
    lines = ["op,id,name,updated_at"]
    for key in range(rows) if day == 1 else chance.sample(range(rows), rows // 5):
        op = "I" if day == 1 else chance.choice("UUUUD")
        lines.append(f"{op},{key},name {chance.random()},2026-01-{day:02d} 00:{key % 60:02d}:00")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"day{day:02d}.csv").write_text("\n".join(lines) + "\n")


def merge(spark: SparkSession, kind: str, root: Path, n: int, day: int) -> None:
    session = spark.newSession()
    at = f"strata.raw.h{n}" if kind == "iceberg" else str(root / f"hand_tables/h{n}")
    table = ByHand(session, kind, at, COLUMNS)
    folder = str(root / f"hand/{day}/t{n}")
    changes = session.read.schema(f"op string, {COLUMNS}").option("header", True).csv(folder)
    table.create()
    if kind == "hudi" and day == 1:
        table.fill(changes.drop("op"))
    else:
        table.apply(changes, session)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("iceberg", "delta", "hudi"), default="iceberg")
    parser.add_argument("--tables", type=int, default=60)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    root = new_project(options.threads)
    for n in range(options.tables):
        (root / f"conf/tables/raw/t{n}.yaml").write_text(CONTRACT.format(n=n, format=options.format))
    strata, by_hand = [], []
    for day in range(1, options.pairs + 3):  # day 1 creates the tables, day 2 warms up
        for n in range(options.tables):
            write_day(root / f"landing/t{n}", day, options.rows, n)
            write_day(root / f"hand/{day}/t{n}", day, options.rows, n)
        ours = timed(partial(strata_run, root))
        spark = SparkSession.active()
        work = [partial(merge, spark, options.format, root, n, day) for n in range(options.tables)]
        theirs = timed(partial(in_threads, work, options.threads))
        if day > 2:
            strata.append(ours)
            by_hand.append(theirs)
    facts = {"format": options.format, "tables": options.tables, "rows": options.rows}
    name = f"many_tables_{options.format}_{options.threads}"
    report(name, strata, by_hand, **facts, threads=options.threads, target="at most 1.2 (Iceberg, 8 threads)")
    spark.stop()
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
