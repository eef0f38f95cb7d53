"""Birth numbers: month plus 50 is a woman."""

from __future__ import annotations

from datetime import date

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from transforms.czech import birth_number_date, birth_number_sex


def test_birth_numbers(spark: SparkSession) -> None:
    cases = {
        "706213": (date(1970, 12, 13), "female"),
        "450204": (date(1945, 2, 4), "male"),
        "005101": (date(1900, 1, 1), "female"),
        "700230": (None, "male"),  # no such day
        "70621": (None, None),
        "7062x3": (None, None),
        "": (None, None),
    }
    frame = spark.createDataFrame([(number,) for number in cases], "number string")
    number = F.col("number")
    rows = frame.select("number", birth_number_date(number), birth_number_sex(number)).collect()
    assert {row[0]: (row[1], row[2]) for row in rows} == cases


def test_another_century(spark: SparkSession) -> None:
    born = birth_number_date(F.lit("010203"), century=20)
    assert [row[0] for row in spark.range(1).select(born).collect()] == [date(2001, 2, 3)]
