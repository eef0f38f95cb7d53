"""A wall in a plan, where Spark's optimizer would make more of it than it can handle."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame


def planned_apart(df: DataFrame) -> DataFrame:
    """The same rows, planned by themselves: nothing that follows is pushed into `df`. Nothing is kept.

    A filter on a computed column (`_strata_errors`) is moved below the projections that compute it, and
    each use of a column there is replaced by what it is made of, down to the line of the file. With seven
    typed columns that filter alone took half a minute to plan and to compile, on 400 rows.
    """
    session: Any = df.sparkSession._jsparkSession
    java: Any = df._jdf
    rows = java.queryExecution().toRdd()
    return DataFrame(session.internalCreateDataFrame(rows, java.schema(), False), df.sparkSession)
