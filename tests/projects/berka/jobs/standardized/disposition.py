"""Dispositions: roles in small letters."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("standardized.disposition")
def disposition(rows: DataFrame) -> DataFrame:
    return rows.withColumn("type", F.lower("type"))


if __name__ == "__main__":
    disposition.main()
