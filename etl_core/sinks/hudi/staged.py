"""What this process has prepared and not yet published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pyspark.sql import DataFrame

Write = Literal["append", "overwrite", "overwrite_partitions", "apply"]


@dataclass(frozen=True)
class StagedBatch:
    """`rows`: in the table's own columns (and `_strata_delete`), kept in memory and on the executors'
    disks. `written`: how many of them are inserted or update a row; `total`: rows of the table then,
    None if unknown."""

    write: Write
    rows: DataFrame
    written: int
    total: int | None

    def release(self) -> None:
        self.rows.unpersist()
