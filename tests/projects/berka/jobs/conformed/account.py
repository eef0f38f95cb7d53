"""One row an account with its owner, district, cards and standing orders."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("conformed.account")
def account(
    accounts: DataFrame,
    dispositions: DataFrame,
    clients: DataFrame,
    districts: DataFrame,
    cards: DataFrame,
    orders: DataFrame,
) -> DataFrame:
    places = districts.select("district_id", F.col("name").alias("district"), "region")
    return (
        accounts.join(places, "district_id")
        .join(_owners(dispositions, clients, districts), "account_id")
        .join(_people_and_cards(dispositions, cards), "account_id")
        .join(_standing_orders(orders), "account_id", "left")
        .drop("district_id")
        .fillna(0, subset=["standing_orders", "standing_amount"])
    )


def _owners(dispositions: DataFrame, clients: DataFrame, districts: DataFrame) -> DataFrame:
    homes = districts.select("district_id", F.col("name").alias("owner_district"))
    owners = dispositions.where("role = 'owner'").join(clients, "client_id").join(homes, "district_id")
    return owners.select(
        "account_id",
        F.col("client_id").alias("owner_client_id"),
        F.col("sex").alias("owner_sex"),
        F.col("birth_date").alias("owner_birth_date"),
        "owner_district",
    )


def _people_and_cards(dispositions: DataFrame, cards: DataFrame) -> DataFrame:
    held = cards.groupBy("disposition_id").agg(F.count("*").alias("held"))
    return (
        dispositions.join(held, "disposition_id", "left")
        .groupBy("account_id")
        .agg(
            F.count_if(F.col("role") != "owner").cast("int").alias("disponents"),
            F.coalesce(F.sum("held"), F.lit(0)).cast("int").alias("cards"),
        )
    )


def _standing_orders(orders: DataFrame) -> DataFrame:
    return orders.groupBy("account_id").agg(
        F.count("*").cast("int").alias("standing_orders"),
        F.sum("amount").cast("decimal(14,2)").alias("standing_amount"),
    )


if __name__ == "__main__":
    account.main()
