"""Core banking A's interactions: channel codes become the names that the contract gives them."""

from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table

PREFIX = "channel_"


@table("standardized.interaction_a")
def interaction_a(interactions: DataFrame, run: Run) -> DataFrame:
    names: dict[Any, Any] = {
        key.removeprefix(PREFIX): str(value)
        for key, value in run.parameters.items()
        if key.startswith(PREFIX)
    }
    # A code without a name stays, so that the contract's rule can show it.
    return interactions.withColumn("kind", F.trim("kind")).replace(names, subset=["kind"])


if __name__ == "__main__":
    interaction_a.main()
