"""Loans: four-digit years."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table


@table("standardized.loan")
def loan(rows: DataFrame, run: Run) -> DataFrame:
    century = str(run.parameter("century"))
    return rows.withColumn("date", F.concat(F.lit(century), "date"))


if __name__ == "__main__":
    loan.main()
