from __future__ import annotations

import pytest

from etl_core.errors import ConfigError
from etl_core.sinks.partitioning import PartitionField, parse_partition


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("region", PartitionField("identity", "region")),
        ("`odd (name)`", PartitionField("identity", "odd (name)")),
        ("days(hired_at)", PartitionField("days", "hired_at")),
        ("months( `a``b` )", PartitionField("months", "a`b")),
        ("bucket(16, id)", PartitionField("bucket", "id", 16)),
        ("truncate(2,name)", PartitionField("truncate", "name", 2)),
    ],
)
def test_partition_expressions(text: str, field: PartitionField) -> None:
    assert parse_partition(text) == field


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("day(hired_at)", "unknown transform 'day'", "did you mean 'days'"),
        ("bucket(id)", "bucket takes a number and a column", "bucket(16, id)"),
        ("days(3, at)", "days takes only a column", "write days(at)"),
    ],
)
def test_mistakes_come_with_a_fix(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_partition(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
