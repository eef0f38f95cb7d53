"""Drift, for every format and mode: new, missing, widened, renamed and incompatible columns, in the middle
of a batch too; afterwards table, catalog, `show` and report say the same."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from pyspark.sql import SparkSession

from etl_core.cli.main import main
from etl_core.runtime.installed import installed_profile
from etl_core.sinks import capabilities
from tests.contract.conftest import FORMATS
from tests.contract.kit import Bench, make_bench
from tests.integration.projects import part, run_json, write

TARGETS = {
    "append": "{mode: append}",
    "overwrite": "{mode: overwrite}",
    "merge": "{mode: merge, keys: [id], sequence_by: [seq]}",
    "cdc": "{mode: cdc, keys: [id], sequence_by: [seq]}",
}
CASES = [
    (kind, mode)
    for kind in FORMATS
    for mode in TARGETS
    if mode in capabilities.load().get(kind.partition("-")[0]).modes
]
# what is decided before any format sees the batch needs no more than one mode of each kind
FEW = [(kind, mode) for kind, mode in CASES if kind != "hudi-mor" and mode in ("append", "cdc")]
INT, LONG, TEXT = pa.int32(), pa.int64(), pa.string()
Row = dict[str, Any]


@dataclass
class Landing:
    """Parquet files of whatever types, and the table that is made from them."""

    root: Path
    bench: Bench
    mode: str

    def land(self, name: str, types: dict[str, pa.DataType], *rows: tuple[Any, ...]) -> None:
        folder = self.root / "landing"
        folder.mkdir(exist_ok=True)
        named = [dict(zip(types, row, strict=True)) for row in rows]
        parquet.write_table(pa.Table.from_pylist(named, pa.schema(types)), folder / f"{name}.parquet")

    def contract(self, more: str = "") -> None:
        properties = ", ".join(f"{key}: {value}" for key, value in self.bench.properties)
        target = f"{TARGETS[self.mode][:-1]}, properties: {{{properties}}}}}"
        text = f"table: raw.t\nsource: {{path: landing, format: parquet}}\ntarget: {target}\n"
        write(self.root, {"conf/tables/raw/t.yaml": text + more})

    def run(self, code: int = 0) -> Row:
        """The table's record; where it was written, all sides agree about the columns."""
        record = part(run_json(self.root, code=code), "raw.t")
        if code == 0:
            schema = self.bench.open("raw.t").schema()
            held = [(field.name, field.dataType.simpleString()) for field in schema]
            assert list(self.bench.observe("raw.t")["raw.t"].columns) == held
            assert sorted(self.shown()) == sorted(_as_text(row) for row in self.rows())
        return record

    def types(self) -> dict[str, str]:
        schema = self.bench.open("raw.t").schema()
        return {f.name: f.dataType.simpleString() for f in schema if not f.name.startswith("_strata")}

    def rows(self) -> list[Row]:
        found = [row.asDict(recursive=True) for row in self.bench.open("raw.t").read().collect()]
        return [{k: _plain(v) for k, v in row.items() if not k.startswith("_strata")} for row in found]

    def shown(self) -> list[str]:
        """By the format's own reader, without Spark."""
        said = io.StringIO()
        with redirect_stdout(said), pytest.raises(SystemExit):
            main(["show", "raw.t", "--json", "--project", str(self.root)])
        return [_as_text(row) for row in json.loads(said.getvalue(), parse_float=str)]

    def by_id(self) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _as_text(row: Row) -> str:
    """Numbers with a point as they are written: JSON has no decimals."""
    return repr({key: str(value) if isinstance(value, float) else value for key, value in row.items()})


def make_landing(spark: SparkSession, tmp_path: Path, kind: str, mode: str) -> Landing:
    bench = make_bench(spark, tmp_path, kind)
    files = {
        "conf/strata.yaml": f"name: drift\nlayers: [raw]\ndefaults: {{format: {bench.format}}}\n",
        "conf/environments/local.yaml": f"profile: {installed_profile()}\nwarehouse: ware house\n",
    }
    landing = Landing(write(tmp_path, files), bench, mode)
    landing.contract()
    return landing


@pytest.fixture(params=CASES, ids="-".join)
def landing(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Landing:
    return make_landing(spark, tmp_path, *request.param)


@pytest.fixture(params=FORMATS)
def appended(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Landing:
    return make_landing(spark, tmp_path, request.param, "append")


NARROW = {"id": INT, "seq": INT, "n": INT, "f": pa.float32(), "d": pa.decimal128(9, 2), "note": TEXT}
WIDE = {**NARROW, "n": LONG, "f": pa.float64(), "d": pa.decimal128(20, 2), "city": TEXT}
BIG = 5_000_000_000


def test_new_missing_and_widened_columns_in_the_middle_of_a_batch(landing: Landing) -> None:
    landing.land("1", NARROW, (1, 1, 7, 0.5, Decimal("1.25"), "a"), (2, 1, 8, 1.5, None, "b"))
    landing.run()
    landing.land("2", WIDE, (2, 2, BIG, 0.1, Decimal("123456789012345678.25"), "b2", "Rome"))
    landing.land("3", {"note": TEXT, "SEQ": INT, "id": INT}, ("c", 2, 3))  # other order, other case
    notes = landing.run()["notes"]
    for note in (
        "adds column city", "widens n int -> bigint", "widens f float -> double",
        "widens d decimal(9,2) -> decimal(20,2)", "column n is missing in 3.parquet: NULL there",
    ):  # fmt: skip
        assert note in notes
    assert landing.types() == {
        "id": "int", "seq": "int", "n": "bigint", "f": "double", "d": "decimal(20,2)", "note": "string",
        "city": "string",
    }  # fmt: skip
    one = {"id": 1, "seq": 1, "n": 7, "f": 0.5, "d": "1.25", "note": "a", "city": None}
    two = {"id": 2, "seq": 1, "n": 8, "f": 1.5, "d": None, "note": "b", "city": None}
    new = {"id": 2, "seq": 2, "n": BIG, "f": 0.1, "d": "123456789012345678.25", "note": "b2", "city": "Rome"}
    three = {"id": 3, "seq": 2, "n": None, "f": None, "d": None, "note": "c", "city": None}
    expected = {"append": [one, two, new, three], "overwrite": [new, three]}.get(
        landing.mode, [one, new, three]
    )
    assert sorted(landing.rows(), key=repr) == sorted(expected, key=repr)
    landing.land("4", {"id": INT, "seq": INT}, (4, 3))  # narrower and fewer than the table
    assert "columns n, f, d, note, city are missing: filled with NULL" in landing.run()["notes"]
    assert landing.by_id()[4] == {**dict.fromkeys(three), "id": 4, "seq": 3}


@pytest.mark.parametrize("landing", FEW, ids="-".join, indirect=True)
def test_what_the_contract_forbids_leaves_the_table_as_it_was(landing: Landing) -> None:
    landing.contract("drift: {new_column: fail, missing_column: fail, widened_type: fail}\n")
    three = {"id": INT, "seq": INT, "n": INT}
    landing.land("1", three, (1, 1, 7))
    landing.run()
    for number, (types, row, words) in enumerate(
        [
            ({**three, "x": TEXT}, (2, 2, 8, "x"), ("column x", "drift.new_column")),
            ({"id": INT, "seq": INT}, (2, 2), ("lacks column n", "drift.missing_column")),
            ({**three, "n": LONG}, (2, 2, 8), ("int in the table", "bigint", "drift.widened_type")),
            ({**three, "n": TEXT}, (2, 2, "8"), ("int in the table", "string", "drift.changed_type")),
        ]
    ):
        landing.land(f"2{number}", types, row)
        failed = landing.run(code=4)
        for word in words:
            assert word in failed["error"] + failed["hint"]
        (landing.root / f"landing/2{number}.parquet").unlink()
        assert landing.rows() == [{"id": 1, "seq": 1, "n": 7}]
        assert landing.types() == {"id": "int", "seq": "int", "n": "int"}
    landing.land("3", three, (2, 2, 8))
    landing.land("4", {"id": INT, "seq": INT}, (3, 2))
    failed = landing.run(code=4)
    assert "column n is missing in 4.parquet" in failed["error"]


@pytest.mark.parametrize("landing", FEW, ids="-".join, indirect=True)
def test_values_that_do_not_convert_are_quarantined(landing: Landing) -> None:
    landing.contract("drift: {changed_type: quarantine}\n")
    landing.land("1", {"id": INT, "seq": INT, "n": INT}, (1, 1, 7))
    landing.run()
    landing.land("2", {"id": INT, "seq": INT, "n": TEXT}, (2, 2, "8"), (3, 2, "many"))
    landing.land("3", {"id": INT, "seq": INT, "n": pa.float64()}, (4, 2, 9.0), (5, 2, 9.5))
    made = landing.run()
    assert (made["rows"]["read"], made["rows"]["written"], made["rows"]["quarantined"]) == (4, 2, 2)
    assert {row["id"]: row["n"] for row in landing.rows() if row["id"] != 1}.keys() <= {2, 4}
    assert landing.types() == {"id": "int", "seq": "int", "n": "int"}
    assert landing.by_id()[2]["n"] == 8


def test_a_renamed_column_is_named(appended: Landing) -> None:
    appended.contract("columns: [{name: id, type: int}, {name: phone}]\n")
    appended.land("1", {"id": INT, "phone": TEXT}, (1, "a"))
    appended.run()
    appended.land("2", {"id": INT, "tel": TEXT}, (2, "b"))
    (note,) = [note for note in appended.run()["notes"] if "renamed" in note]
    assert "column phone is missing and column tel is new" in note
    assert "`source: tel`" in note
    appended.contract(
        "columns: [{name: id, type: int}, {name: phone, source: tel}]\ndrift: {new_column: drop}\n"
    )
    appended.land("3", {"id": INT, "tel": TEXT, "fax": TEXT}, (3, "c", "x"))
    assert "column fax is new: left out (drift.new_column: drop)" in appended.run()["notes"]
    assert appended.by_id() == {
        1: {"id": 1, "phone": "a", "tel": None},
        2: {"id": 2, "phone": None, "tel": "b"},
        3: {"id": 3, "phone": "c", "tel": None},
    }


def test_a_contract_that_widens_its_column(appended: Landing) -> None:
    appended.contract("columns: [{name: id, type: int}, {name: n, type: int}]\n")
    appended.land("1", {"id": TEXT, "n": TEXT}, ("1", "7"))
    appended.run()
    appended.contract("columns: [{name: id, type: int}, {name: n, type: bigint}]\n")
    appended.land("2", {"id": TEXT, "n": TEXT}, ("2", str(BIG)))
    assert "widens n int -> bigint" in appended.run()["notes"]
    assert appended.by_id() == {1: {"id": 1, "n": 7}, 2: {"id": 2, "n": BIG}}
    appended.contract("columns: [{name: id, type: int}, {name: n, type: date}]\n")
    appended.land("3", {"id": TEXT, "n": TEXT}, ("3", "2024-01-01"))
    failed = appended.run(code=4)
    assert "bigint in the table, and the contract makes it date" in failed["error"]


def test_files_whose_types_do_not_go_together(appended: Landing) -> None:
    appended.land("1", {"id": INT, "n": INT}, (1, 7))
    appended.land("2", {"id": INT, "n": TEXT}, (2, "x"))
    failed = appended.run(code=4)
    assert "column 'n' is int in" in failed["error"]
    assert "string in" in failed["error"]
    appended.contract("columns: [{name: id, type: int}, {name: n, type: int}]\n")
    made = appended.run()
    assert (made["rows"]["written"], made["rows"]["quarantined"]) == (1, 1)
    assert appended.rows() == [{"id": 1, "n": 7}]


def test_fields_within_a_struct(appended: Landing) -> None:
    old = pa.struct({"street": TEXT, "no": INT})
    appended.land("1", {"id": INT, "home": old}, (1, {"street": "Elm", "no": 3}))
    appended.run()
    fewer = pa.struct({"street": TEXT})
    appended.land("2", {"id": INT, "home": fewer}, (2, {"street": "Oak"}), (3, None))
    appended.run()
    homes = {row["id"]: row["home"] for row in appended.rows()}
    assert homes == {1: {"street": "Elm", "no": 3}, 2: {"street": "Oak", "no": None}, 3: None}
    appended.land("4", {"id": INT, "home": pa.struct({"street": TEXT, "zip": TEXT})}, (4, None))
    failed = appended.run(code=4)
    assert "struct<street:string,zip:string>" in failed["error"]
    assert "source: home.field" in failed["hint"]
