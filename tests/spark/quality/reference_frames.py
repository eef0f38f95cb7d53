"""What rules compare with other datasets: the judged rows, the others, and the rules."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

from etl_core.state.models import Verdict
from quality.dqdl import parse
from quality.engine import Engine, Evaluation
from quality.known import Known

Row = tuple[object, ...]
COLUMNS = "id int, city string, state string, paid decimal(10,2), x double"
ROWS: list[Row] = [
    (1, "Tampa", "FL", 10, 1.5),
    (2, "Tampa", "NY", 20, float("nan")),
    (3, None, "FL", None, None),
    (4, "O'Hare", None, 5, 0.1),
    (5, "日本", "", 0, 0.2),
]
OTHER = "ref_id int, `ref city` string, state string, paid decimal(10,2), x double"
OTHERS: list[Row] = [
    (1, "Tampa", "FL", 10, 1.5),
    (2, "Tampa", "FL", 21, float("nan")),
    (3, None, "FL", None, None),
    (4, "O'Hare", None, 5, 0.1),
    (9, "日本", "", 0, 0.2),
    (None, None, None, 4, None),
]
RULES = [
    'ReferentialIntegrity "id" "other.ref_id" = 1.0',
    'ReferentialIntegrity "id" "other.{ref_id}" >= 0.8',
    'ReferentialIntegrity "city" "other.{ref city}" > 0.5',
    'ReferentialIntegrity "city,state" "other.{ref city, state}" > 0.9',
    'ReferentialIntegrity "x" "other.x" = 0.8',
    'ReferentialIntegrity "id" "other.gone" = 1.0',
    'ReferentialIntegrity "id" "nowhere.id" = 1.0',
    'DatasetMatch "other" "id->ref_id" "paid" >= 0.5',
    'DatasetMatch "other" "id->ref_id" "city->ref city,state" = 1.0',
    'DatasetMatch "other" "id->ref_id" "x" = 0.8',
    'DatasetMatch "other" "id->ref_id" > 0.1',
    'DatasetMatch "other" "state" "paid" > 0.1',
    'DatasetMatch "twin" "id" = 1.0',
    'DatasetMatch "twin" "id" < 0.9',
    'SchemaMatch "twin" = 1.0',
    'SchemaMatch "other" > 0.5',
    'SchemaMatch "other" = 1.0',
    'SchemaMatch "narrow" = 1.0',
    'RowCountMatch "other" between 0.8 and 0.9',
    'RowCountMatch "twin" = 1.0',
    'RowCountMatch "nobody" >= 1.0',
    'AggregateMatch "sum(paid)" "sum(other.paid)" >= 0.9',
    'AggregateMatch "avg(paid)" "avg(other.paid)" = 1.09375',
    'AggregateMatch "sum(id)" "sum(other.ref_id)" < 0.5',
    'AggregateMatch "sum(other.paid)" "SUM(paid)" > 1',
    'AggregateMatch "sum(paid)" "sum(nobody.paid)" > 0',
    '(RowCountMatch "twin" = 1.0) and (SchemaMatch "twin" = 1.0)',
    'CustomSql "select count(*) from primary p join other o on p.id = o.ref_id" = 4',
]
NO_ROWS = [RULES[0], 'DatasetMatch "other" "id->ref_id" "paid" = 1.0', 'RowCountMatch "nobody" = 1.0']


def frames(session: SparkSession) -> tuple[DataFrame, dict[str, DataFrame]]:
    """The judged rows, with a system column, and what they are compared with."""
    df = session.createDataFrame(ROWS, COLUMNS.replace("decimal(10,2)", "int"))
    df = df.withColumn("paid", df.paid.cast("decimal(10,2)"))
    other = session.createDataFrame(OTHERS, OTHER.replace("decimal(10,2)", "int"))
    other = other.withColumn("paid", other.paid.cast("decimal(10,2)"))
    references = {"other": other, "twin": df, "narrow": df.select("id"), "nobody": df.limit(0)}
    marked = {name: one.selectExpr("*", "1 AS _strata_seq") for name, one in references.items()}
    return df.selectExpr("*", "'r' AS _strata_run_id").localCheckpoint(), marked


def judged(engine: Engine, session: SparkSession, rules: Sequence[str]) -> dict[str, Verdict]:
    df, references = frames(session)
    found = evaluated(engine, df, rules, references)
    return dict(zip(rules, found.verdicts, strict=True))


def evaluated(
    engine: Engine, df: DataFrame, rules: Sequence[str], references: dict[str, DataFrame]
) -> Evaluation:
    return engine.evaluate(
        df, parse(f"Rules = [ {', '.join(rules)} ]"), rows=False, known=Known(references=references)
    )
