"""Leads with region, person and purchased attributes; people are found by their e-mail address."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table


@table("conformed.leads")
def leads(
    leads: DataFrame, attributes: DataFrame, persons: DataFrame, regions: DataFrame, run: Run
) -> DataFrame:
    by_mail = leads.withColumn("email", F.lower(F.trim("email")))
    region = F.coalesce("region", F.lit(run.parameter("unknown_region")))
    return (
        by_mail.join(_newest_attributes(attributes), "email", "left")
        .join(_one_person(persons), "email", "left")
        .join(regions, "state", "left")
        .select(
            "lead_id", region.alias("region"), F.year("created_at").alias("year"), "person_id",
            "name", "email", "phone", "city", "state", "status", "campaign_name", "annual_income",
            "net_worth", "segment", "created_at", "updated_at",
        )
    )  # fmt: skip


def _newest_attributes(attributes: DataFrame) -> DataFrame:
    """One row an address: where several people share it, the newest, then the greatest number."""
    order = F.struct("as_of", "vendor_id")
    return attributes.groupBy(F.lower(F.trim("email")).alias("email")).agg(
        F.max_by("net_worth", order).alias("net_worth"), F.max_by("segment", order).alias("segment")
    )


def _one_person(persons: DataFrame) -> DataFrame:
    return persons.groupBy("email").agg(F.min("person_id").alias("person_id"))


if __name__ == "__main__":
    leads.main()
