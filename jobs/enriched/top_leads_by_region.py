"""The wealthiest leads of every region, each e-mail address once."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from etl_core import Run, table


@table("enriched.top_leads_by_region")
def top_leads_by_region(leads: DataFrame, run: Run) -> DataFrame:
    address = Window.partitionBy(F.coalesce("email", "lead_id"))
    region = Window.partitionBy("region")
    wealthy = leads.where(F.col("net_worth") >= F.lit(run.parameter("min_net_worth")))
    return (
        wealthy.withColumn("turn", F.row_number().over(address.orderBy(F.desc("created_at"), "lead_id")))
        .where("turn = 1")
        .withColumn("rank", F.row_number().over(region.orderBy(F.desc("net_worth"), "lead_id")))
        .where(F.col("rank") <= F.lit(run.parameter("leads_per_region")))
        .select(
            "region", "rank", "lead_id", "person_id", "name", "email", "phone", "city", "state",
            "net_worth", "segment", "campaign_name", "status",
        )
    )  # fmt: skip


if __name__ == "__main__":
    top_leads_by_region.main()
