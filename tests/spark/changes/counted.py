"""What the SQL aggregates of a change module make of a frame."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame


def counted(frame: DataFrame, account: Mapping[str, str]) -> dict[str, int | None]:
    row = frame.selectExpr(*(f"{sql} AS {name}" for name, sql in account.items())).first()
    assert row is not None
    return row.asDict()
