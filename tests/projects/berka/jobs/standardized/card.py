"""Cards: four-digit years."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table


@table("standardized.card")
def card(rows: DataFrame, run: Run) -> DataFrame:
    century = str(run.parameter("century"))
    return rows.withColumn("issued", F.concat(F.lit(century), "issued"))


if __name__ == "__main__":
    card.main()
