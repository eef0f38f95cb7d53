"""`read: changed_keys` where changes cannot be followed, and where a job does not keep to its keys."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.contract.kit import Bench, make_bench
from tests.integration.projects import part, run_json, write

FACT = """\
table: raw.fact
source: {path: landing/fact}
target: {mode: cdc, keys: [id], sequence_by: [seq], operation_column: op}
columns: [{name: id, type: int}, {name: seq, type: int}, {name: dim, type: int}, {name: v, type: int}]
"""
DIM = """\
table: raw.dim
source: {path: landing/dim}
target: {mode: overwrite, keys: [dim]}
columns: [{name: dim, type: int}, {name: name}]
"""
WIDE = """\
table: enriched.wide
inputs:
  facts: {table: raw.fact, read: changed_keys}
  dims: {table: raw.dim, read: changed_keys}
target: {mode: overwrite, keys: [id]}
columns: [{name: id, type: int}, {name: v, type: int}, {name: name}]
"""
JOB = """\
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from etl_core import table


@table("enriched.wide")
def wide(facts: DataFrame, dims: DataFrame) -> DataFrame:
    joined = facts.join(dims, "dim", "left")
    return joined.select(RESULT)
"""
PLAIN = '"id", "v", "name"'


class Project:
    def __init__(self, root: Path, bench: Bench) -> None:
        self.root = root
        self.bench = bench

    def job(self, result: str = PLAIN) -> None:
        write(self.root, {"jobs/enriched/wide.py": JOB.replace("RESULT", result)})
        sys.modules.pop("strata_job_enriched__wide", None)  # a process imports a job once

    def land(self, file: str, *lines: str, header: str = "op,id,seq,dim,v") -> None:
        write(self.root, {f"landing/{file}.csv": "\n".join([header, *lines, ""])})

    def wide(self, code: int = 0) -> dict[str, object]:
        return part(run_json(self.root, code=code), "enriched.wide")

    def rows(self) -> set[tuple[object, ...]]:
        found = self.bench.open("enriched.wide").read().select("id", "v", "name").collect()
        return {tuple(row) for row in found}


@pytest.fixture
def project(spark: SparkSession, tmp_path: Path) -> Project:
    files = {
        "conf/strata.yaml": "name: wide\nlayers: [raw, enriched]\n",
        "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: ware house\n",
        "conf/tables/raw/fact.yaml": FACT,
        "conf/tables/raw/dim.yaml": DIM,
        "conf/tables/enriched/wide.yaml": WIDE,
    }
    made = Project(write(tmp_path, files), make_bench(spark, tmp_path, "iceberg"))
    made.job()
    made.land("fact/1", "I,1,1,1,10", "I,2,1,2,20", "I,3,1,2,30")
    made.land("dim/1", "1,one", "2,two", header="dim,name")
    made.wide()
    return made


def test_what_cannot_be_followed_is_recomputed_and_said(project: Project) -> None:
    project.land("dim/2", "1,uno", "2,two", header="dim,name")
    assert "raw.dim was overwritten: all keys are recomputed" in project.wide()["notes"]
    assert project.rows() == {(1, 10, "uno"), (2, 20, "two"), (3, 30, "two")}

    project.land("fact/2", "U,1,2,1,11,x", header="op,id,seq,dim,v,extra")
    assert "raw.fact has other columns than before: all keys are recomputed" in project.wide()["notes"]
    assert project.rows() == {(1, 11, "uno"), (2, 20, "two"), (3, 30, "two")}
    before = project.bench.open("raw.fact").snapshot()

    project.bench.session().sql("DELETE FROM strata.raw.fact WHERE id = 3")
    assert "raw.fact was written to by another tool: all keys are recomputed" in project.wide()["notes"]
    assert project.rows() == {(1, 11, "uno"), (2, 20, "two")}

    project.bench.open("raw.fact").rollback(before)
    assert "raw.fact was rewound or its history expired: all keys are recomputed" in project.wide()["notes"]
    assert project.rows() == {(1, 11, "uno"), (2, 20, "two"), (3, 30, "two")}


def test_a_job_that_does_not_keep_to_its_keys_stops(project: Project) -> None:
    held = project.rows()
    project.job('(F.col("id") + 100).alias("id"), "v", "name"')
    project.land("fact/2", "U,1,2,1,11")
    failed = project.wide(code=4)
    assert "made a row for the key id=101" in str(failed["error"])
    assert "read: all" in str(failed["hint"])
    project.job('F.explode(F.array("id", "id")).alias("id"), "v", "name"')
    assert "2 rows for the key id=1" in str(project.wide(code=4)["error"])
    assert project.rows() == held


def test_rows_that_are_taken_out_leave_their_key_without_a_row(project: Project) -> None:
    rules = 'quality:\n  rules: |\n    Rules = [ ColumnValues "v" < 100 with threshold > 0.1 ]\n'
    write(project.root, {"conf/tables/enriched/wide.yaml": WIDE + rules})
    project.job('F.when(F.col("v") != 13, F.col("id")).alias("id"), "v", "name"')
    project.land("fact/2", "U,1,2,1,11", "U,2,2,2,500", "U,3,2,2,13")
    made = project.wide()
    assert made["rows"] == {"read": 3, "written": 1, "quarantined": 2, "dropped": 0, "superseded": 0}
    assert project.rows() == {(1, 11, "one")}
    reasons = {entry["reason"] for entry in made["quarantine"]}  # type: ignore[attr-defined]
    assert "id: NULL key" in reasons
