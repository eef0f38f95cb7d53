"""Several tables are judged at the same time, each in a session of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

from quality.dqdl import parse
from quality.engine import RULES_FAILED
from quality.engines.deequ.engine import DeequEngine

TABLES = 8


def judge_table(spark: SparkSession, size: int) -> tuple[list[str], float, int]:
    session = spark.newSession()
    df = session.range(size).selectExpr("id", "if(id = 0, null, 'x') name")
    rules = f'IsComplete "name", CustomSql "select count(*) from primary" = {size}, IsPrimaryKey "id"'
    found = DeequEngine().evaluate(df, parse(f"Rules = [ {rules} ]"), rows=True)
    assert found.row_failures is not None
    bad = found.row_failures.where(f"size({RULES_FAILED}) > 0").count()
    return [v.outcome for v in found.verdicts], found.verdicts[1].metrics["Dataset.*.CustomSQL"], bad


def test_each_table_gets_its_own_verdicts(spark: SparkSession) -> None:
    sizes = [10 * (index + 1) for index in range(TABLES)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda size: judge_table(spark, size), sizes))
    assert found == [(["failed", "passed", "passed"], float(size), 1) for size in sizes]
