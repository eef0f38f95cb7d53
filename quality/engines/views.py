"""The names under which queries find the judged rows and other datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pyspark.sql import DataFrame

from etl_core.names import SYSTEM_PREFIX, quote
from quality.dqdl import Ruleset
from quality.dqdl.naming import PRIMARY
from quality.measures import queries


def visible(df: DataFrame) -> DataFrame:
    """What rules see of a frame."""
    return df.select(*(quote(name) for name in df.columns if not name.startswith(SYSTEM_PREFIX)))


@contextmanager
def named_views(df: DataFrame, references: Mapping[str, DataFrame], ruleset: Ruleset) -> Iterator[None]:
    """Temporary views, of what rules see, in the frame's own session while the block runs, if a rule asks for
    them."""
    asked = queries(ruleset) or any(leaf.elsewhere() for leaf in ruleset.leaves())
    views = {PRIMARY: df, **references} if asked else {}
    try:
        for name, frame in views.items():
            visible(frame).createOrReplaceTempView(name)
        yield
    finally:
        for name in views:
            df.sparkSession.catalog.dropTempView(name)
