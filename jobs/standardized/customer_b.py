"""Core banking B's customers: one name in two columns, seconds as a time, system A's spelling."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("standardized.customer_b")
def customer_b(customers: DataFrame) -> DataFrame:
    names = F.split("full_name", ",", 2)
    return customers.withColumns(
        {
            "last_name": F.trim(names[0]),
            "first_name": F.trim(F.get(names, F.lit(1))),
            "mail": F.lower(F.trim("mail")),
            "state": F.upper("state"),
            "since_epoch": F.timestamp_seconds("since_epoch"),
        }
    ).drop("full_name")


if __name__ == "__main__":
    customer_b.main()
