"""Who reads the tables: what is written for them, and contracts that contradict."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path
from typing import get_args

import pytest

from etl_core.config.models.target import ReaderName
from etl_core.sinks.capabilities import load
from etl_core.sinks.protocol import TargetSpec
from etl_core.sinks.readers import for_readers, needed
from tests.unit.config.small_project import LOCAL, problems, short

READERS = get_args(ReaderName)
TABLE = "conf/tables/raw/refunds.yaml"
CONTRACT = """\
table: raw.refunds
source: {{path: landing/refunds}}
target:
  mode: append
  format: {format}
  {more}
columns:
  - {{name: {column}, type: int}}
"""


def contract(format_name: str, more: str = "", column: str = "id") -> dict[str, str | None]:
    return {TABLE: CONTRACT.format(format=format_name, more=more, column=column)}


def environment(*readers: str) -> dict[str, str | None]:
    return {LOCAL: f"profile: glue-5.1\nwarehouse: folder\nreaders: [{', '.join(readers)}]\n"}


@pytest.mark.parametrize(
    ("format_name", "more", "said"),
    [
        (
            "iceberg",
            'properties: {format-version: "3"}',
            f"{TABLE}:6:32 format-version is '3', but athena reads the table: it works on version 2",
        ),
        (
            "delta",
            "properties: {delta.checkpointPolicy: v2}",
            f"{TABLE}:6:40 delta.checkpointPolicy is 'v2', but athena reads the table",
        ),
    ],
)
def test_a_property_that_athena_does_not_know(format_name: str, more: str, said: str, tmp_path: Path) -> None:
    assert problems(tmp_path, contract(format_name, more)) == []
    (found,) = short(problems(tmp_path, contract(format_name, more) | environment("athena")))
    assert found.startswith(said)
    assert found.endswith("(`readers` of conf/environments/local.yaml)")


def test_what_redshift_spectrum_cannot_read(tmp_path: Path) -> None:
    hudi = contract("hudi", "properties: {hoodie.table.type: MERGE_ON_READ}")
    (found,) = problems(tmp_path, hudi | environment("redshift_spectrum"))
    assert "it reads copy-on-write tables only" in found.message
    assert found.hint == "write COPY_ON_WRITE, or take redshift_spectrum out of `readers` for this table"
    (delta,) = short(problems(tmp_path, contract("delta") | environment("redshift_spectrum")))
    assert delta.startswith(f"{TABLE}:5:11 redshift_spectrum cannot read a table of format delta: it reads")


def test_a_table_has_readers_of_its_own(tmp_path: Path) -> None:
    mor = "properties: {hoodie.table.type: MERGE_ON_READ}\n  readers: [athena]"
    assert problems(tmp_path, contract("hudi", mor) | environment("redshift_spectrum")) == []
    assert problems(tmp_path, contract("delta", "readers: []") | environment("redshift_spectrum")) == []
    (own,) = short(problems(tmp_path, contract("delta", "readers: [redshift_spectrum]")))
    assert own.startswith(f"{TABLE}:6:3 redshift_spectrum cannot read a table of format delta")
    assert "local.yaml" not in own


def test_a_name_that_needs_column_mapping(tmp_path: Path) -> None:
    spaced = contract("delta", column='"paid (EUR)"')
    assert problems(tmp_path, spaced | environment("athena")) == []
    (found,) = short(problems(tmp_path, spaced | environment("older")))
    assert found.startswith(f"{TABLE}:8:12 older cannot read a column named `paid (EUR)` of format delta")
    assert problems(tmp_path, contract("iceberg", column='"paid (EUR)"') | environment("older")) == []


def test_an_unknown_reader(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, environment("presto"))
    assert found.where.startswith(LOCAL)


@pytest.mark.parametrize("format_name", load().names())
def test_readers_agree_on_every_property(format_name: str) -> None:
    """Each combination of readers has a value that all of them understand."""
    known = load().get(format_name).readers
    assert set(known) <= set(READERS)
    together = chain.from_iterable(combinations(READERS, size) for size in range(1, len(READERS) + 1))
    for readers in together:
        assert all(needed(readers, known).values()), readers


def test_what_is_written_for_them() -> None:
    known = load().get("iceberg").readers
    spec = TargetSpec("raw.t", readers=("older", "athena"))
    written = {
        "format-version": "2",
        "write.merge.mode": "copy-on-write",
        "write.parquet.compression-codec": "snappy",
    }
    assert dict(for_readers(spec, known).properties) == written
    given = TargetSpec("raw.t", readers=("older",), properties=(("write.parquet.compression-codec", "gzip"),))
    assert dict(for_readers(given, known).properties) == written | {"write.parquet.compression-codec": "gzip"}
    assert for_readers(TargetSpec("raw.t"), known) == TargetSpec("raw.t")
