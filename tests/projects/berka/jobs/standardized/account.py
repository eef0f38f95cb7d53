"""Accounts: four-digit years, statement frequencies in English."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table

# Guide to the financial data set, PKDD'99 Discovery Challenge.
FREQUENCIES = {
    "POPLATEK MESICNE": "monthly",
    "POPLATEK TYDNE": "weekly",
    "POPLATEK PO OBRATU": "after_transaction",
}


@table("standardized.account")
def account(rows: DataFrame, run: Run) -> DataFrame:
    century = str(run.parameter("century"))
    return rows.replace(FREQUENCIES, subset=["frequency"]).withColumn(
        "date", F.concat(F.lit(century), "date")
    )


if __name__ == "__main__":
    account.main()
