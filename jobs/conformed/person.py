"""One row a person: customers of both systems, matched, then merged by the contract's survivorship."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core import Run, table
from transforms.matching import match_people, name_key
from transforms.survivorship import survivor

ATTRIBUTES = {
    "first_name": "name",
    "last_name": "name",
    "birth_date": "birth_date",
    "tax_id": "tax_id",
    "email": "email",
    "phone": "phone",
    "city": "address",
    "state": "address",
}


@table("conformed.person")
def person(core_a: DataFrame, core_b: DataFrame, run: Run) -> DataFrame:
    records = reduce(
        lambda left, right: left.unionByName(right, allowMissingColumns=True),
        (_records(core_a, "core_a"), _records(core_b, "core_b")),
    )
    matched = match_people(reference="ref", exact="tax_id", fallback=["name_key", "birth_date"])(records)
    return matched.groupBy("person_id").agg(
        *[_survivor(column, run) for column in ATTRIBUTES],
        F.sort_array(F.collect_list("ref")).alias("customer_refs"),
        F.count("*").cast("int").alias("customers"),
        F.max("updated_at").alias("updated_at"),
    )


def _records(customers: DataFrame, system: str) -> DataFrame:
    """A system's customers with `ref`, unique over both systems, and the key names are compared by."""
    return customers.withColumns(
        {
            "system": F.lit(system),
            "ref": F.concat(F.lit(f"{system}:"), F.col("customer_id").cast("string")),
            "name_key": name_key(F.concat("first_name", "last_name")),
        }
    ).drop("customer_id")


def _survivor(column: str, run: Run) -> Column:
    rule = str(run.parameter(f"survivorship_{ATTRIBUTES[column]}"))
    preferred = str(run.parameter("preferred_system"))
    return survivor(
        column, rule, preferred=preferred, system="system", updated_at="updated_at", reference="ref"
    )


if __name__ == "__main__":
    person.main()
