"""What a batch's columns are to the table's, and what the contract says to it. No Spark session."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import types as T

from etl_core.config.models.columns import Drift
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Table
from etl_core.errors import SinkError
from etl_core.parse.widths import relation
from etl_core.run.columns.drift import Differences, differences, policy_of
from etl_core.sources.protocol import EVERYWHERE

KINDS = {
    "int": T.IntegerType(), "bigint": T.LongType(), "string": T.StringType(), "date": T.DateType(),
    "double": T.DoubleType(), "float": T.FloatType(), "smallint": T.ShortType(), "binary": T.BinaryType(),
    "boolean": T.BooleanType(), "timestamp": T.TimestampType(),
}  # fmt: skip


def kind(text: str) -> T.DataType:
    if text.startswith("decimal"):
        digits, _, scale = text.removeprefix("decimal").partition(".")
        return T.DecimalType(int(digits), int(scale))
    if text.startswith("{"):
        return columns(text[1:-1].replace(";", ","))
    return KINDS[text]


def columns(text: str) -> T.StructType:
    """ "id int, at date"."""
    fields = [part.split(maxsplit=1) for part in text.split(",") if part.strip()]
    return T.StructType([T.StructField(name, kind(of)) for name, of in fields])


def table(declared: str = "", target: dict[str, Any] | None = None, **drift: str) -> Table:
    """`declared`: "id int, phone=tel string"."""
    made = []
    for part in declared.split(","):
        if part.strip():
            names, of = part.split()
            name, _, source = names.partition("=")
            made.append({"name": name, "type": of, "source": source or None})
    config = {
        "table": "raw.t", "source": {"path": "x"}, "target": target or {"mode": "append"},
        "columns": made, "drift": Drift(**drift),
    }  # fmt: skip
    return Table(TableConfig.model_validate(config), None, "iceberg", {})


def drifted(
    received: str, held: str | None, contract: Table | None = None, batch: str = "", **partly: str
) -> Differences:
    """`batch`: the columns after parsing, where they are not those received."""
    policy = policy_of(contract or table(), columns(received), partly)
    return differences(columns(batch or received), None if held is None else columns(held), policy)


@pytest.mark.parametrize(
    ("incoming", "held", "expected"),
    [
        ("int", "int", "same"),
        ("int", "bigint", "narrower"),
        ("bigint", "int", "wider"),
        ("float", "double", "narrower"),
        ("double", "float", "wider"),
        ("decimal10.2", "decimal12.2", "narrower"),
        ("decimal12.2", "decimal10.2", "wider"),
        ("decimal12.4", "decimal12.2", "other"),
        ("decimal14.4", "decimal12.2", "other"),  # no format moves the point
        ("int", "double", "narrower"),
        ("bigint", "double", "other"),  # above 2^53 digits would be lost
        ("double", "int", "other"),
        ("int", "string", "narrower"),
        ("binary", "string", "other"),
        ("string", "int", "other"),
        ("date", "timestamp", "other"),
        ("timestamp", "date", "other"),
        ("{a int;b string}", "{b string;a bigint}", "narrower"),
        ("{a int}", "{a int;b string}", "narrower"),
        ("{a int;b string}", "{a int}", "other"),
    ],
)
def test_how_types_relate(incoming: str, held: str, expected: str) -> None:
    assert relation(kind(incoming), kind(held)) == expected


def test_a_new_column_is_added_and_noted() -> None:
    found = drifted("id int, city string", "id int")
    assert [field.name for field in found.added] == ["city"]
    assert found.notes == ("adds column city",)


def test_a_new_column_is_refused_or_left_out_also_without_a_contract() -> None:
    with pytest.raises(SinkError, match=r"column city.*does not have") as refused:
        drifted("id int, city string", "id int", table(new_column="fail"))
    assert "drift.new_column" in refused.value.hint
    found = drifted("id int, city string", "id int", table(new_column="drop"))
    assert (found.added, found.dropped) == ((), {"city"})
    assert found.notes == ("column city is new: left out (drift.new_column: drop)",)


def test_a_column_that_the_contract_adds_is_no_drift() -> None:
    contract = table("id int, city string", new_column="fail")
    assert [field.name for field in drifted("id int, city string", "id int", contract).added] == ["city"]


def test_strata_adds_its_own_columns_whatever_drift_says() -> None:
    strict = table(target={"mode": "cdc", "keys": ["id"], "deletes": "soft"}, new_column="fail")
    found = drifted("id int, is_deleted boolean, _strata_run_id string", "id int", strict)
    assert [field.name for field in found.added] == ["is_deleted", "_strata_run_id"]


def test_case_and_order_make_no_difference() -> None:
    assert drifted("NAME string, Id int", "id int, name string") == Differences()


@pytest.mark.parametrize("wide", ["bigint", "int"])
def test_a_wider_type_widens_the_column(wide: str) -> None:
    narrow = {"bigint": "int", "int": "smallint"}[wide]
    found = drifted(f"id int, n {wide}", f"id int, n {narrow}")
    assert [(field.name, field.dataType) for field in found.widened] == [("n", kind(wide))]
    assert found.notes == (f"widens n {narrow} -> {wide}",)
    with pytest.raises(SinkError, match=f"'n' is {narrow} in the table, and the batch brings {wide}") as no:
        drifted(f"id int, n {wide}", f"id int, n {narrow}", table(widened_type="fail"))
    assert "drift.widened_type" in no.value.hint


def test_a_contract_that_widens_is_named() -> None:
    contract = table("n bigint", widened_type="fail")
    with pytest.raises(SinkError, match="the contract makes it bigint"):
        drifted("n string", "n int", contract, batch="n bigint")


def test_an_incompatible_type_fails_with_both_types() -> None:
    with pytest.raises(SinkError, match="'n' is int in the table, and the batch brings string") as no:
        drifted("n string", "n int")
    assert "drift.changed_type: quarantine" in no.value.hint


def test_text_takes_other_types_and_says_so() -> None:
    notes = drifted("n int", "n string").notes
    assert notes == ("column n arrives as int, the table keeps it as string",)


def test_a_new_field_in_a_struct_is_refused_with_a_way_out() -> None:
    with pytest.raises(SinkError, match="struct<street:string>") as no:
        drifted("home {street string;zip string}", "home {street string}")
    assert "source: home.field" in no.value.hint


def test_a_sequence_of_another_make_is_refused() -> None:
    with pytest.raises(SinkError, match="_strata_seq"):
        drifted("_strata_seq {k1 bigint}", "_strata_seq {k1 bigint;row bigint}")


@pytest.mark.parametrize("declared", ["", "id int, city string"])
def test_a_missing_column_is_noted_or_refused(declared: str) -> None:
    batch = "id int, city string" if declared else "id int"
    found = drifted("id int", "id int, city string", table(declared), batch)
    assert found.notes == ("column city is missing: filled with NULL",)
    with pytest.raises(SinkError, match="lacks column city") as no:
        drifted("id int", "id int, city string", table(declared, missing_column="fail"), batch)
    assert "drift.missing_column" in no.value.hint


def test_missing_on_the_first_run_too() -> None:
    notes = drifted("id int", None, table("id int, city string"), "id int, city string").notes
    assert notes == ("column city is missing: filled with NULL",)


def test_a_renamed_column_is_one_note_with_the_way_out() -> None:
    contract = table("id int, phone string")
    found = drifted(
        "id int, telephone string", "id int, phone string", contract, "id int, phone string, telephone string"
    )
    assert found.notes == (
        "adds column telephone",
        "column phone is missing and column telephone is new: if the source renamed it, write "
        "`source: telephone` at the column phone in the contract; until then it is NULL",
    )


def test_a_column_that_some_files_lack() -> None:
    notes = drifted("id int, city string", "id int, city string", city="a.csv").notes
    assert notes == ("column city is missing in a.csv: NULL there",)
    with pytest.raises(SinkError, match=r"city is missing in a\.csv"):
        drifted("id int, city string", "id int, city string", table(missing_column="fail"), city="a.csv")
    # a new column is not missing in the files before it
    assert drifted("id int, city string", "id int", city="a.csv").notes == ("adds column city",)


def test_a_column_that_was_made_up_is_missing() -> None:
    contract = table("id int, phone=tel string")
    found = drifted(
        "id int, tel string", "id int, phone string", contract, "id int, phone string", tel=EVERYWHERE
    )
    assert found.notes == ("column phone (source: tel) is missing: filled with NULL",)


def test_what_the_contract_drops_is_not_missing() -> None:
    contract = table("id int", new_column="drop", missing_column="fail")
    assert drifted("id int", "id int, old string", contract) == Differences()
