"""Core banking B's interactions: milliseconds become a time."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("standardized.interaction_b")
def interaction_b(interactions: DataFrame) -> DataFrame:
    return interactions.withColumn("occurred_ms", F.timestamp_millis("occurred_ms"))


if __name__ == "__main__":
    interaction_b.main()
