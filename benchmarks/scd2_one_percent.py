"""scd2: 1 % changed keys by `strata run`, against building the whole history anew by hand.

python benchmarks/scd2_one_percent.py [--format iceberg] [--rows 4000000] [--pairs 3]
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

from cdc_one_percent import CONTRACT, write_events
from common import new_project, report, strata_run, timed
from pyspark.sql import DataFrame, SparkSession


def rebuild(spark: SparkSession, landing: Path, kind: str, at: str) -> None:
    """All events so far, each valid until the next one of its key; deletes leave no row."""
    events = spark.read.parquet(str(landing))
    history = events.selectExpr(
        "*",
        "updated_at AS valid_from",
        "lead(updated_at) OVER (PARTITION BY id ORDER BY updated_at) AS valid_to",
    ).selectExpr("*", "valid_to IS NULL AS is_current")
    _replace(history.where("op <> 'D'").drop("op"), kind, at)


def _replace(rows: DataFrame, kind: str, at: str) -> None:
    if kind == "iceberg":
        rows.writeTo(at).using("iceberg").createOrReplace()
    else:
        rows.write.format(kind).mode("overwrite").options(
            **{
                "hoodie.table.name": "hand",
                "hoodie.datasource.write.operation": "insert_overwrite_table",
                "hoodie.datasource.write.recordkey.field": "id,valid_from",
                "hoodie.datasource.write.precombine.field": "updated_at",
            }
        ).save(at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("iceberg", "delta", "hudi"), default="iceberg")
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    root = new_project()
    contract = CONTRACT.format(format=options.format).replace("mode: cdc", "mode: cdc, history: scd2")
    (root / "conf/tables/raw/account.yaml").write_text(contract)
    at = "strata.raw.hand" if options.format == "iceberg" else str(root / "hand")
    strata, by_hand = [], []
    for day in range(options.pairs + 2):  # day 0 fills the table, day 1 warms up
        write_events(root / f"landing/day{day:02d}.parquet", options.rows, day)
        ours = timed(partial(strata_run, root))
        if day == 0:
            continue
        theirs = timed(partial(rebuild, SparkSession.active(), root / "landing", options.format, at))
        if day > 1:
            strata.append(ours)
            by_hand.append(theirs)
    name = f"scd2_one_percent_{options.format}_{options.rows}"
    report(name, strata, by_hand, format=options.format, rows=options.rows, target="at most 0.25")
    SparkSession.active().stop()
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
