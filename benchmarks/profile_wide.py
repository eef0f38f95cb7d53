"""The profile of a wide table beside Deequ's ColumnProfiler, both over the same Parquet files.

python benchmarks/profile_wide.py [--columns 200] [--rows 1000000] [--pairs 3]
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from common import new_project, report, timed
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.config.loader import load
from etl_core.runtime.session import create_session, stop
from quality.profiling.profile import profile

# What columns of a bank hold: keys, codes, amounts, texts with digits, dates as text, many NULLs.
KINDS = (
    "id",
    "CAST(ELEMENT_AT(ARRAY('PRIJEM', 'VYDAJ', 'VYBER'), CAST(1 + (id + {n}) % 3 AS INT)) AS STRING)",
    "(HASH(id, {n}) % 1000000) / 100D",
    "CONCAT('AB-', LPAD(ABS(HASH(id, {n})) % 10000, 4, '0'))",
    "CAST(DATE_ADD(DATE'1993-01-01', ABS(HASH(id, {n})) % 2000) AS STRING)",
    "CASE WHEN HASH(id, {n}) % 5 = 0 THEN HASH({n}, id) END",
)


def write_rows(spark: SparkSession, path: Path, columns: int, rows: int) -> None:
    made = [f"{KINDS[n % len(KINDS)].format(n=n)} AS c{n}" for n in range(columns)]
    spark.range(rows, numPartitions=4).selectExpr(*made).write.parquet(str(path))


def deequ(spark: SparkSession, df: DataFrame) -> None:
    from pydeequ.profiles import ColumnProfilerRunner

    found = ColumnProfilerRunner(spark).onData(df).run()
    assert len(found.profiles) == len(df.columns)


def strata(df: DataFrame) -> None:
    assert len(profile(df).columns) == len(df.columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    root = new_project()
    spark = create_session("profile_wide", load(root, None).environment, {}, ("deequ",))
    path = root / "rows"
    write_rows(spark, path, options.columns, options.rows)
    df = spark.read.parquet(str(path))
    df.agg(F.count(F.lit(1))).collect()
    ours, theirs = [], []
    for _ in range(options.pairs):
        ours.append(timed(lambda: strata(df)))
        theirs.append(timed(lambda: deequ(spark, df)))
    report("profile_wide", ours, theirs, columns=options.columns, rows=options.rows)
    stop(spark)
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
