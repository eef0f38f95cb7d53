"""The name under which CustomSql finds the judged rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import DataFrame

from quality.dqdl import Ruleset
from quality.measures import followed

PRIMARY = "primary"


@contextmanager
def primary_view(visible: DataFrame, ruleset: Ruleset) -> Iterator[None]:
    """A temporary view of the frame's own session while the block runs, if a rule asks for it."""
    if not any(followed(leaf).rule_type == "CustomSql" for leaf in ruleset.leaves()):
        yield
        return
    visible.createOrReplaceTempView(PRIMARY)
    try:
        yield
    finally:
        visible.sparkSession.catalog.dropTempView(PRIMARY)
