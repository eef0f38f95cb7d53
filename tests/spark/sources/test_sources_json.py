"""JSON Lines against Python's json module."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from source_files import in_order, problems, table, tiny_splits, values
from source_files import read as read_any

from etl_core.config.models.columns import Drift
from etl_core.config.project import Table
from etl_core.errors import SourceError
from etl_core.names import ERRORS, ROW
from etl_core.parse import parse


def read(spark: SparkSession, path: Path, contract: Table) -> DataFrame:
    return read_any(spark, path, contract, format="json")


_VALUE = st.one_of(st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.text(max_size=8))


def _write(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def _shown(value: object) -> object:
    return json.dumps(value) if isinstance(value, bool | int) else value


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), _VALUE), min_size=5, max_size=20))
def test_scalars_come_back_as_text(
    spark: SparkSession, tmp_path: Path, records: list[dict[str, object]]
) -> None:
    path = _write(tmp_path / "f.json", *records)

    got = values(read(spark, path, table("a, b int, c boolean")))

    assert got == [tuple(_shown(record.get(key)) for key in "abc") for record in records]


def test_decimals_keep_their_digits(spark: SparkSession, tmp_path: Path) -> None:
    texts = ["12345678901234567.890", "0.1", "12345678.9", '"17.5"', '"x"', "null", "123456789012345678901"]
    path = _write(tmp_path / "f.json", *(f'{{"a": {text}, "b": {text}}}' for text in texts))
    contract = table("a decimal(20;3), b")

    rows = parse(read(spark, path, contract), contract.config.columns, Drift())

    assert [row["a"] for row in in_order(rows)] == [
        Decimal("12345678901234567.890"),
        Decimal("0.1"),
        Decimal("12345678.9"),
        Decimal("17.5"),
        None,
        None,
        None,
    ]
    assert [[error["value"] for error in row[ERRORS] or []] for row in in_order(rows)] == [
        *([[]] * 4),
        ["x"],
        [],
        ["123456789012345678901"],
    ]


def test_a_source_reaches_into_a_struct(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.json", {"id": 1, "Address": {"City": "Oslo", "Zip": 150, "x": 1}}, {"id": 2})

    rows = read(spark, path, table("id int, city=Address.City, zip=Address.Zip int"))

    assert rows.schema["Address"].dataType.simpleString() == "struct<City:string,Zip:string>"
    assert [(row["id"], row["Address"] and tuple(row["Address"])) for row in in_order(rows)] == [
        ("1", ("Oslo", "150")),
        ("2", None),
    ]


def test_declared_structs_and_arrays_are_read_as_such(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.json", {"p": {"n": 7}, "tags": ["x", "y"]}, {"p": {"n": "seven"}, "tags": []})

    rows = read(spark, path, table("p struct<n:int>, tags array<string>"))

    assert in_order(rows)[0]["p"]["n"] == 7
    assert in_order(rows)[0]["tags"] == ["x", "y"]
    assert [text is None for text, _ in problems(rows)] == [True, False]


def test_undeclared_keys_are_columns_of_text(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.json", {"a": 1}, {"a": 2, "new": {"deep": [1]}, "z.y": 3.5})

    rows = read(spark, path, table("a"))

    assert rows.columns[:3] == ["a", "new", "z.y"]
    assert [tuple(row)[:3] for row in in_order(rows)] == [("1", None, None), ("2", '{"deep":[1]}', "3.5")]


def test_undeclared_keys_are_not_looked_for_when_they_are_dropped(
    spark: SparkSession, tmp_path: Path
) -> None:
    path = _write(tmp_path / "f.json", {"a": 1, "new": 2})

    rows = read(spark, path, table("a", Drift(new_column="drop")))

    assert "new" not in rows.columns


def test_a_key_in_another_case_is_the_declared_column(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.json", {"ID": 1, "Name": "x"})

    assert values(read(spark, path, table("id, name"))) == [("1", "x")]


def test_keys_that_differ_only_in_case_are_refused(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.json", {"id": 1}, {"ID": 2})

    with pytest.raises(SourceError, match="two columns"):
        read(spark, path, table("id"))


def test_a_broken_line_is_told_and_the_rest_goes_on(spark: SparkSession, tmp_path: Path) -> None:
    broken = ['{"a": 1', "nonsense", '[{"a": 1}, {"a": 2}]', "17", '{"a": 1}}', '{"a": 1}{"a": 2}']
    broken += ['{"a": 1}, {"a": 2}', '{"a": 1}]', '{"a": 1},']
    path = _write(tmp_path / "f.json", {"a": "first"}, *broken, "", {"a": "last"})

    rows = read(spark, path, table("a"))

    assert [raw for _, raw in problems(rows)] == [None, *broken, None]
    assert [row["a"] for row in in_order(rows)][:: len(broken) + 1] == ["first", "last"]


def test_row_positions(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path / "f.json", *({"n": n} for n in range(100)))
    tiny_splits(monkeypatch, 50)

    rows = in_order(read(spark, path, table("n int")))

    assert [row["n"] for row in rows] == [str(n) for n in range(100)]
    assert [row[ROW] for row in rows] == [row[ROW] for row in in_order(read(spark, path, table("n int")))]


def test_no_rows(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text("")

    rows = read(spark, tmp_path, table("a, b=x.y"))

    assert rows.count() == 0
    assert "a" in rows.columns
