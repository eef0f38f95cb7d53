"""Which value survives, case by case."""

from __future__ import annotations

from datetime import datetime

import pytest
from pyspark.sql import SparkSession

from etl_core.errors import TransformError
from transforms.survivorship import survivor

SCHEMA = "system string, ref string, updated_at timestamp, email string"
OLD, NEW = datetime(2026, 1, 1), datetime(2026, 2, 1)
Row = tuple[str, str, datetime, str | None]


@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        ("newest", [("a", "a1", OLD, "old"), ("b", "b1", NEW, "new")], "new"),
        ("newest", [("a", "a1", OLD, "old"), ("b", "b1", NEW, None)], "old"),
        ("newest", [("a", "a1", NEW, "less"), ("a", "a2", NEW, "greater")], "greater"),
        ("preferred_system", [("a", "a1", OLD, "old"), ("b", "b1", NEW, "new")], "old"),
        ("preferred_system", [("a", "a1", OLD, None), ("b", "b1", NEW, "new")], "new"),
        ("preferred_system", [("a", "a1", OLD, "old"), ("a", "a2", NEW, "new")], "new"),
        ("newest", [("a", "a1", OLD, None)], None),
    ],
    ids=["newest", "no NULL", "tie", "preferred", "preferred lacks it", "newest of preferred", "nothing"],
)
def test_survivor(spark: SparkSession, rule: str, rows: list[Row], expected: str | None) -> None:
    for order in (rows, rows[::-1]):
        column = survivor(
            "email", rule, preferred="a", system="system", updated_at="updated_at", reference="ref"
        )
        result = spark.createDataFrame(order, SCHEMA).agg(column).collect()
        assert [row["email"] for row in result] == [expected]


def test_an_unknown_rule_names_the_closest() -> None:
    with pytest.raises(TransformError, match="newst") as caught:
        survivor("email", "newst", preferred="a", system="s", updated_at="u", reference="r")
    assert "'newest'" in caught.value.hint
