"""GreatFin's jobs as plain functions of small DataFrames."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pyspark.sql import DataFrame, SparkSession

from etl_core import Run
from etl_core.errors import TransformError
from jobs.conformed.interaction import interaction
from jobs.conformed.leads import leads
from jobs.conformed.person import person
from jobs.enriched.top_leads_by_region import top_leads_by_region
from jobs.standardized.customer_a import customer_a
from jobs.standardized.customer_b import customer_b
from jobs.standardized.interaction_a import interaction_a
from jobs.standardized.interaction_b import interaction_b

AT = datetime(2026, 11, 1, 12, 0)
LATER = datetime(2026, 11, 2, 12, 0)
SURVIVORSHIP = {
    "preferred_system": "core_a",
    "survivorship_name": "preferred_system",
    "survivorship_birth_date": "preferred_system",
    "survivorship_tax_id": "preferred_system",
    "survivorship_email": "newest",
    "survivorship_phone": "newest",
    "survivorship_address": "newest",
}
CUSTOMER_A = (
    "customer_id string, last_name string, first_name string, birth_date date, tax_id string, "
    "email string, city string, state string, updated_at timestamp"
)
CUSTOMER_B = CUSTOMER_A.replace("customer_id string", "customer_id bigint") + ", phone string"


def run(**parameters: str | int) -> Run:
    return Run(run_id="r", logical_time=datetime(2026, 11, 2, tzinfo=UTC), parameters=parameters)


def rows(frame: DataFrame) -> list[dict[str, object]]:
    return [row.asDict() for row in frame.collect()]


def test_core_a_values_are_cleaned_and_order_columns_stay(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [("A-1", "900-00-0001", " John@Example.com ", "U", 5), ("A-2", None, None, "D", 6)],
        "cust_no string, tax_no string, email_addr string, Op string, _strata_row bigint",
    )
    assert [tuple(row) for row in customer_a(frame).collect()] == [
        ("A-1", "900000001", "john@example.com", "U", 5),
        ("A-2", None, None, "D", 6),
    ]


def test_core_b_names_and_times(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [("O'BRIEN, SEAN", "X@EXAMPLE.COM", "ny", 86_400), ("CHER", None, None, None), (None,) * 4],
        "full_name string, mail string, state string, since_epoch bigint",
    )
    result = rows(customer_b(frame))
    assert result[0] == {
        "last_name": "O'BRIEN",
        "first_name": "SEAN",
        "mail": "x@example.com",
        "state": "NY",
        "since_epoch": datetime(1970, 1, 2),
    }
    assert [(row["last_name"], row["first_name"]) for row in result[1:]] == [("CHER", None), (None, None)]


def test_channel_codes_come_from_the_contract(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("BR",), ("FX",), (None,)], "kind string")
    result = interaction_a(frame, run(channel_BR="branch", preferred_system="core_a"))
    assert [row["kind"] for row in result.collect()] == ["branch", "FX", None]


def test_milliseconds_become_times(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1_500,), (None,)], "occurred_ms bigint")
    assert [row[0] for row in interaction_b(frame).collect()] == [
        datetime(1970, 1, 1, 0, 0, 1, 500_000),
        None,
    ]


def test_one_person_over_both_systems(spark: SparkSession) -> None:
    born = date(1980, 5, 1)
    core_a = spark.createDataFrame(
        [("A-1", "O'Brien", "Seán", born, None, "old@x", "Tampa", "FL", AT)], CUSTOMER_A
    )
    core_b = spark.createDataFrame(
        [
            (7, "OBRIEN", "SEAN", born, "900000001", "new@x", "Miami", "FL", LATER, "+1"),
            (8, "LEE", "ANN", born, None, "lee@x", "Boston", "MA", AT, None),
        ],
        CUSTOMER_B,
    )
    result = {str(row["person_id"]): row for row in rows(person(core_a, core_b, run(**SURVIVORSHIP)))}
    assert set(result) == {"core_a:A-1", "core_b:8"}
    assert result["core_a:A-1"] == {
        "person_id": "core_a:A-1",
        "first_name": "Seán",
        "last_name": "O'Brien",
        "birth_date": born,
        "tax_id": "900000001",
        "email": "new@x",
        "phone": "+1",
        "city": "Miami",
        "state": "FL",
        "customer_refs": ["core_a:A-1", "core_b:7"],
        "customers": 2,
        "updated_at": LATER,
    }


def test_an_unknown_survivorship_rule_is_refused(spark: SparkSession) -> None:
    empty = spark.createDataFrame([], CUSTOMER_A)
    with pytest.raises(TransformError, match="unknown survivorship rule 'oldest'"):
        person(
            empty,
            spark.createDataFrame([], CUSTOMER_B),
            run(**SURVIVORSHIP | {"survivorship_name": "oldest"}),
        )


def test_interactions_know_their_person(spark: SparkSession) -> None:
    core_a = spark.createDataFrame(
        [("IA-1", "A-1", "web", AT, Decimal("1.50"), None)],
        "interaction_id string, customer_id string, channel string, occurred_at timestamp, "
        "amount decimal(12,2), note string",
    )
    core_b = spark.createDataFrame(
        [(1, 9, "app", AT, 30, AT)],
        "interaction_id bigint, customer_id bigint, channel string, occurred_at timestamp, "
        "duration_seconds int, updated_at timestamp",
    )
    persons = spark.createDataFrame(
        [("core_a:A-1", ["core_a:A-1", "core_b:7"])], "person_id string, customer_refs array<string>"
    )
    result = {row["interaction_ref"]: row for row in rows(interaction(core_a, core_b, persons))}
    assert {ref: row["person_id"] for ref, row in result.items()} == {
        "core_a:IA-1": "core_a:A-1",
        "core_b:1": None,
    }
    assert (result["core_a:IA-1"]["amount"], result["core_b:1"]["amount"]) == (Decimal("1.50"), None)


def lead_frame(spark: SparkSession, *leads: tuple[str, str | None, str | None]) -> DataFrame:
    columns = "phone", "city", "status", "campaign_name"
    frame = spark.createDataFrame(
        [(lead, email, state, AT, AT, "n", Decimal(1)) for lead, email, state in leads],
        "lead_id string, email string, state string, created_at timestamp, updated_at timestamp, "
        "name string, annual_income decimal(18,2)",
    )
    return frame.selectExpr("*", *[f"'x' AS {name}" for name in columns])


def test_leads_get_region_person_and_the_newest_attributes(spark: SparkSession) -> None:
    attributes = spark.createDataFrame(
        [
            ("V1", date(2026, 10, 1), "Ann@x", Decimal(5), "mass"),
            ("V2", date(2026, 11, 1), "ann@x", Decimal(9), "affluent"),
        ],
        "vendor_id string, as_of date, email string, net_worth decimal(18,2), segment string",
    )
    persons = spark.createDataFrame([("p2", "ann@x"), ("p1", "ann@x")], "person_id string, email string")
    regions = spark.createDataFrame([("FL", "South")], "state string, region string")
    frame = lead_frame(spark, ("1", " ANN@x", "FL"), ("2", None, "ZZ"), ("3", "bob@x", None))
    result = {
        row["lead_id"]: row
        for row in rows(leads(frame, attributes, persons, regions, run(unknown_region="?")))
    }
    columns = ("region", "year", "person_id", "email", "net_worth", "segment")
    assert {lead: tuple(row[name] for name in columns) for lead, row in result.items()} == {
        "1": ("South", 2026, "p1", "ann@x", Decimal(9), "affluent"),
        "2": ("?", 2026, None, None, None, None),
        "3": ("?", 2026, None, "bob@x", None, None),
    }


def test_top_leads_are_ranked_wealthy_and_one_an_address(spark: SparkSession) -> None:
    worth = {"1": 500, "2": 300, "3": 300, "4": 99, "5": 400, "6": None}
    frame = spark.createDataFrame(
        [
            (
                lead,
                "South" if lead != "5" else "West",
                "same@x" if lead in ("2", "3") else f"{lead}@x",
                AT,
                amount,
            )
            for lead, amount in worth.items()
        ],
        "lead_id string, region string, email string, created_at timestamp, net_worth int",
    )
    others = ("person_id", "name", "phone", "city", "state", "segment", "campaign_name", "status")
    frame = frame.selectExpr("*", *[f"'x' AS {name}" for name in others])
    result = rows(top_leads_by_region(frame, run(min_net_worth=100, leads_per_region=2)))
    ranked = sorted((row["region"], row["rank"], row["lead_id"]) for row in result)
    assert ranked == [("South", 1, "1"), ("South", 2, "2"), ("West", 1, "5")]
    fewer = rows(top_leads_by_region(frame, run(min_net_worth=300, leads_per_region=1)))
    assert sorted((row["region"], row["lead_id"]) for row in fewer) == [("South", "1"), ("West", "5")]
