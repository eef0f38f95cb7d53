"""Balance and turnover of every account that has transactions.

The files date transactions to the day and keep no order within it. The balances do: every transaction
starts from the balance another one left. The last of a day is the one from which no other started.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table


@table("enriched.account_balance")
def account_balance(accounts: DataFrame, transactions: DataFrame, run: Run) -> DataFrame:
    turnover = transactions.groupBy("account_id").agg(
        F.count("*").alias("transactions"),
        _sum_of("credit").alias("credited"),
        _sum_of("debit").alias("debited"),
        F.min("booked_on").alias("first_booked_on"),
        F.max("booked_on").alias("last_booked_on"),
    )
    closing = _closing_balance(transactions, turnover, F.lit(run.parameter("printed_rounding")))
    owners = accounts.select("account_id", "owner_client_id", "region")
    return turnover.join(closing, "account_id").join(owners, "account_id")


def _sum_of(direction: str) -> Column:
    amount = F.when(F.col("direction") == direction, F.col("amount"))
    return F.coalesce(F.sum(amount), F.lit(0)).cast("decimal(16,2)")


def _closing_balance(transactions: DataFrame, turnover: DataFrame, rounding: Column) -> DataFrame:
    """`account_id`, `balance`: of the last day's transaction from which no other of that day started.

    Should rounding leave several of them, the smallest transaction number decides.
    """
    last_day = turnover.select("account_id", F.col("last_booked_on").alias("booked_on"))
    signed = F.when(F.col("direction") == "credit", F.col("amount")).otherwise(-F.col("amount"))
    day = transactions.join(last_day, ["account_id", "booked_on"]).withColumn(
        "before", F.col("balance") - signed
    )
    left, right = day.alias("left"), day.alias("right")
    goes_on = (
        (F.col("left.account_id") == F.col("right.account_id"))
        & (F.col("left.transaction_id") != F.col("right.transaction_id"))
        & (F.abs(F.col("left.balance") - F.col("right.before")) < rounding)
    )
    ends = left.join(right, goes_on, "left_semi").select("transaction_id").withColumn("goes_on", F.lit(True))
    order = F.struct(F.coalesce("goes_on", F.lit(False)), "transaction_id")
    return (
        day.join(ends, "transaction_id", "left")
        .groupBy("account_id")
        .agg(F.min_by("balance", order).alias("balance"))
    )


if __name__ == "__main__":
    account_balance.main()
