"""The one pass over the judged rows: all aggregates of all rules together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from quality.engine import Values


@dataclass(frozen=True)
class Scan:
    """Aggregates by the name under which a pass gives them; equal ones are asked for once."""

    named: Mapping[str, str]

    @classmethod
    def of(cls, aggregates: Iterable[str]) -> Scan:
        return cls({f"a{number}": sql for number, sql in enumerate(dict.fromkeys(aggregates))})

    def columns(self) -> list[Column]:
        """For `DataFrame.agg`. Raises ParseException for SQL that does not parse."""
        return [F.expr(sql).alias(name) for name, sql in self.named.items()]

    def read(self, row: Values) -> dict[str, float | None]:
        """Values by the SQL of the aggregate. Raises KeyError where one is missing."""
        return {sql: row[name] for name, sql in self.named.items()}


def scanned(df: DataFrame, aggregates: Iterable[str]) -> DataFrame:
    """The pass as a frame of one row. Raises AnalysisException for what does not fit the frame."""
    return df.agg(*Scan.of(aggregates).columns())


def scan(df: DataFrame, aggregates: Sequence[str]) -> dict[str, float | None]:
    """One Spark job."""
    row: Row = scanned(df, aggregates).collect()[0]
    return Scan.of(aggregates).read(row.asDict())
