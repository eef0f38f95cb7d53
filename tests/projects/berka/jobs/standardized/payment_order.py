"""Standing orders: purposes in English, NULL where the file has a blank."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table

# Guide to the financial data set, PKDD'99 Discovery Challenge.
PURPOSES = {"POJISTNE": "insurance", "SIPO": "household", "LEASING": "leasing", "UVER": "loan_payment"}


@table("standardized.payment_order")
def payment_order(rows: DataFrame) -> DataFrame:
    purpose = F.trim("k_symbol")
    return rows.withColumn("k_symbol", F.when(purpose != "", purpose)).replace(PURPOSES, subset=["k_symbol"])


if __name__ == "__main__":
    payment_order.main()
