"""A wider type for a column: old rows keep their values, new ones may be larger."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pyspark.sql.types import DecimalType, DoubleType, LongType, StructField

from etl_core.sinks.protocol import SinkTable
from tests.contract.kit import Bench, frame, ids, state

NARROW = "id int, ratio float, price decimal(5,2), _strata_run_id string"
WIDE = "id bigint, ratio double, price decimal(12,2), _strata_run_id string"
FIELDS = [
    StructField("id", LongType()),
    StructField("ratio", DoubleType()),
    StructField("price", DecimalType(12, 2)),
]


def test_old_and_new_rows_are_read_in_the_wider_type(
    bench: Bench, sink_table: Callable[..., SinkTable]
) -> None:
    table = sink_table(NARROW)
    staging = table.begin("r1")
    table.append(staging, frame(table, [(1, 0.5, Decimal("1.50"), "r1")], NARROW))
    first = table.publish(staging, state("r1")).snapshot
    table.widen_columns(FIELDS)
    assert table.schema().simpleString() == f"struct<{WIDE.replace(', ', ',').replace(' ', ':')}>"
    assert table.state() == state("r1")
    rows = [(2**40, 0.1, Decimal("1234567890.12"), "r2")]
    staging = table.begin("r2")
    table.append(staging, frame(table, rows, WIDE))
    last = table.publish(staging, state("r2")).snapshot
    again = bench.open()
    found = sorted(tuple(row) for row in again.read().collect())
    assert found == [(1, 0.5, Decimal("1.50"), "r1"), *rows]
    commits = again.commits(first)
    assert commits is not None
    operations = {commit.operation for commit in commits}
    if bench.format == "hudi":  # it writes the rows anew, so readers of what is new have to read it whole
        assert operations <= {"append", "overwrite"}
    else:
        assert operations <= {"append", "replace"}
        assert ids(again.read_appended(first, last)) == [2**40]
    columns = bench.observe("raw.person")["raw.person"].columns
    assert list(columns) == [(f.name, f.dataType.simpleString()) for f in again.schema().fields]
