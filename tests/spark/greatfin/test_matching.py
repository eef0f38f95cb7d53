"""Matching people: the rule's cases, and that neither order nor partitioning of records matters."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from transforms.matching import MARKED, PLAIN, match_people, name_key

Record = tuple[str, str | None, str | None, str | None]
SCHEMA = "ref string, tax_id string, name string, born string"


def matched(spark: SparkSession, records: Sequence[Record], partitions: int = 1) -> dict[str, str]:
    frame = spark.createDataFrame(list(records), SCHEMA).repartition(partitions)
    result = match_people(reference="ref", exact="tax_id", fallback=["name", "born"])(frame)
    assert result.columns == ["ref", "tax_id", "name", "born", "person_id"]
    return {row["ref"]: row["person_id"] for row in result.collect()}


def oracle(records: Sequence[Record]) -> dict[str, str]:
    """The rule once more, in plain Python."""
    owners = defaultdict(set)
    for _, tax, name, born in records:
        if tax and name and born:
            owners[name, born].add(tax)
    groups = defaultdict(list)
    for ref, tax, name, born in records:
        claims = owners[name, born] if name and born else set()
        key: tuple[str | None, ...]
        if tax or len(claims) == 1:
            key = ("tax", tax or min(claims))
        elif name and born and not claims:
            key = ("alike", name, born)
        else:
            key = ("alone", ref)
        groups[key].append(ref)
    return {ref: min(refs) for refs in groups.values() for ref in refs}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([("a1", "9", "x", "d"), ("b1", "9", "y", "e")], {"a1": "a1", "b1": "a1"}),
        ([("a1", "9", "x", "d"), ("b1", "8", "x", "d")], {"a1": "a1", "b1": "b1"}),
        ([("b1", "9", "x", "d"), ("a1", None, "x", "d")], {"a1": "a1", "b1": "a1"}),
        ([("a1", None, "x", "d"), ("b1", None, "x", "d")], {"a1": "a1", "b1": "a1"}),
        ([("a1", None, None, "d"), ("b1", None, None, "d")], {"a1": "a1", "b1": "b1"}),
        (
            [("a1", "9", "x", "d"), ("b1", "8", "x", "d"), ("c1", None, "x", "d"), ("c2", None, "x", "d")],
            {"a1": "a1", "b1": "b1", "c1": "c1", "c2": "c2"},
        ),
    ],
    ids=["same tax id", "other tax id", "joins the only claim", "nobody's", "no key at all", "ambiguous"],
)
def test_cases(spark: SparkSession, records: Sequence[Record], expected: dict[str, str]) -> None:
    assert matched(spark, records) == expected


rows = st.lists(
    st.tuples(
        st.sampled_from([None, "1", "2", "3"]), st.sampled_from([None, "x", "y"]), st.sampled_from(["d", "e"])
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, shuffle=st.integers(0, 1000), partitions=st.integers(1, 3))
def test_any_order_gives_the_oracle_s_people(
    spark: SparkSession, rows: list[tuple[str | None, str | None, str]], shuffle: int, partitions: int
) -> None:
    records = [(f"r{index:02d}", *row) for index, row in enumerate(rows)]
    expected = oracle(records)
    Random(shuffle).shuffle(records)
    assert matched(spark, records, partitions) == expected


def test_name_key(spark: SparkSession) -> None:
    names = [
        "Seán O'Brien",
        "SEAN  OBRIEN ",
        "Łukasz Novák",
        "de Boer",
        "Müller-Lüdenscheidt",
        " - ",
        "",
        None,
    ]
    frame = spark.createDataFrame([(name,) for name in names], "name string")
    assert [row[0] for row in frame.select(name_key(F.col("name"))).collect()] == [
        "seanobrien", "seanobrien", "lukasznovak", "deboer", "mullerludenscheidt", None, None, None,
    ]  # fmt: skip


def test_marked_letters_map_to_their_plain_ones() -> None:
    assert len(MARKED) == len(PLAIN)
    for marked, plain in zip(MARKED, PLAIN, strict=True):
        decomposed = unicodedata.normalize("NFKD", marked)[0]
        if decomposed.isascii():
            assert plain == decomposed
