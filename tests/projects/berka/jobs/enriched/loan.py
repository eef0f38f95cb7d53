"""Loans with what their status means, what was paid back and who owes."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table

# Guide to the financial data set, PKDD'99 Discovery Challenge.
MEANINGS = {
    "A": "finished, no problems",
    "B": "finished, not paid",
    "C": "running, no problems",
    "D": "running, client in debt",
}
PAYMENT = "loan_payment"


@table("enriched.loan")
def loan(loans: DataFrame, accounts: DataFrame, transactions: DataFrame) -> DataFrame:
    payments = transactions.where((F.col("purpose") == PAYMENT) & (F.col("direction") == "debit"))
    owners = accounts.select("account_id", "owner_client_id", "owner_sex", "region")
    return (
        loans.join(_paid(loans, payments), "loan_id", "left")
        .join(owners, "account_id")
        .fillna(0, subset=["paid"])
        .withColumns(
            {
                "status_meaning": F.col("status"),
                "paid_share": F.round(F.col("paid") / F.col("amount"), 4).cast("decimal(9,4)"),
            }
        )
        .replace(MEANINGS, subset=["status_meaning"])
    )


def _paid(loans: DataFrame, payments: DataFrame) -> DataFrame:
    """Payments carry no loan number: those of the loan's account since the day it was granted."""
    made = payments.select("account_id", "booked_on", F.col("amount").alias("payment"))
    since = loans.join(made, "account_id").where(F.col("booked_on") >= F.col("granted_on"))
    return since.groupBy("loan_id").agg(F.sum("payment").cast("decimal(14,2)").alias("paid"))


if __name__ == "__main__":
    loan.main()
