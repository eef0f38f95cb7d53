"""Core banking A's customers: tax ids without dashes, e-mail addresses in small letters."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import table


@table("standardized.customer_a")
def customer_a(customers: DataFrame) -> DataFrame:
    return customers.withColumns(
        {
            "tax_no": F.regexp_replace("tax_no", "-", ""),
            "email_addr": F.lower(F.trim("email_addr")),
        }
    )


if __name__ == "__main__":
    customer_a.main()
