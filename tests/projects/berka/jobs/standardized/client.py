"""Clients: the birth number becomes birth date and sex."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table
from transforms.czech import birth_number_date, birth_number_sex


@table("standardized.client")
def client(rows: DataFrame, run: Run) -> DataFrame:
    number, century = F.col("birth_number"), int(run.parameter("century"))
    return rows.withColumns(
        {"birth_date": birth_number_date(number, century=century), "sex": birth_number_sex(number)}
    )


if __name__ == "__main__":
    client.main()
