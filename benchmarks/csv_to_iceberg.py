"""4 million rows CSV -> Iceberg with typed columns: Strata against the same by hand, in turn.

python benchmarks/csv_to_iceberg.py [--rows 4000000] [--pairs 5]
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

import duckdb
from common import new_project, report, strata_run, timed
from handmade import CUSTOMER, csv_to_iceberg
from pyspark.sql import SparkSession

CONTRACT = """\
table: raw.customer_{n}
source: {{type: files, path: landing}}
target: {{mode: append}}
columns:
{columns}"""


def make_data(path: Path, rows: int) -> None:
    path.parent.mkdir(parents=True)
    duckdb.sql(
        f"""COPY (SELECT i AS id, 'Customer ' || (i % 100000) AS name,
              CASE WHEN i % 10 = 0 THEN NULL ELSE 'city' || (i % 50) END AS city,
              round((i * 7919 % 10000000) / 100.0, 2) AS amount,
              (DATE '2015-01-01' + (i % 3000)::INT)::DATE AS d,
              TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS ts, (i * 7 % 1000) AS qty, i % 2 = 0 AS flag
            FROM range({rows}) t(i)) TO '{path}' (HEADER true)"""
    )


def write_contract(root: Path, n: int) -> None:
    for old in (root / "conf/tables/raw").glob("*.yaml"):
        old.unlink()
    columns = "".join(
        f'  - {{name: {name}, type: "{kind}"}}\n'
        for name, _, kind in (
            field.strip().partition(" ") for field in CUSTOMER.replace("(18,2)", "(18.2)").split(",")
        )
    ).replace("(18.2)", "(18,2)")
    (root / f"conf/tables/raw/customer_{n}.yaml").write_text(CONTRACT.format(n=n, columns=columns))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    root = new_project()
    csv = root / "landing/customer.csv"
    make_data(csv, options.rows)
    strata, by_hand = [], []
    for n in range(options.pairs + 1):  # the first pair warms up
        write_contract(root, n)
        ours = timed(partial(strata_run, root))
        spark = SparkSession.active()
        theirs = timed(partial(csv_to_iceberg, spark, csv, f"strata.raw.hand_{n}"))
        written = spark.table(f"strata.raw.customer_{n}").count()
        assert written == spark.table(f"strata.raw.hand_{n}").count() == options.rows
        if n:
            strata.append(ours)
            by_hand.append(theirs)
    report("csv_to_iceberg", strata, by_hand, rows=options.rows, target="at most 1.10")
    spark.stop()
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
