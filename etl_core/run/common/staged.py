"""A batch that is written and not yet published, as what judges it sees it."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame

from etl_core.sinks.protocol import SinkTable, Staging


class UnsureError(Exception):
    """Rows that were to be judged while they were written cannot be: give them up, and judge them first."""


@dataclass(frozen=True)
class Staged:
    """`written`: rows, None where only publishing tells."""

    target: SinkTable
    staging: Staging
    written: int | None

    def candidate(self) -> DataFrame:
        """The table as it would be after publishing."""
        return self.target.candidate(self.staging)

    def rows(self) -> DataFrame:
        """Only what this batch wrote, in the table's columns."""
        return self.target.added(self.staging)
