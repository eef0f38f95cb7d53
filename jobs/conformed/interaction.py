"""Interactions of both systems in one shape, with the person behind the customer."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("conformed.interaction")
def interaction(core_a: DataFrame, core_b: DataFrame, persons: DataFrame) -> DataFrame:
    both = _referenced(core_a, "core_a").unionByName(_referenced(core_b, "core_b"), allowMissingColumns=True)
    owners = persons.select("person_id", F.explode("customer_refs").alias("customer_ref"))
    return both.join(owners, "customer_ref", "left").select(
        "interaction_ref", "person_id", "customer_ref", "channel", "occurred_at", "amount", "duration_seconds"
    )


def _referenced(interactions: DataFrame, system: str) -> DataFrame:
    return interactions.withColumns(
        {"interaction_ref": _ref(system, "interaction_id"), "customer_ref": _ref(system, "customer_id")}
    )


def _ref(system: str, column: str) -> Column:
    return F.concat(F.lit(f"{system}:"), F.col(column).cast("string"))


if __name__ == "__main__":
    interaction.main()
