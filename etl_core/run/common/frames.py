"""Frames put one below the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from pyspark.sql import DataFrame


def together(frames: Iterable[DataFrame]) -> DataFrame | None:
    """All rows by the names of columns; those that a frame lacks are NULL. None of no frames."""
    found = list(frames)
    return reduce(_beside, found) if found else None


def _beside(left: DataFrame, right: DataFrame) -> DataFrame:
    return left.unionByName(right, allowMissingColumns=True)
