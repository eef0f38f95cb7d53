"""What a file format is. One file of this package adds one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.models.columns import Column, Drift
from etl_core.config.models.source import ResolvedSource
from etl_core.plan.observed import SourceFile
from etl_core.registry import Registry, scan


@dataclass(frozen=True)
class Labelled:
    """A file, its `_strata_source_file`, and the fields a headerless CSV has before the contract's."""

    file: SourceFile
    label: str
    leading: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileRead:
    """One read: all of `files`, of one format, for a contract with these columns."""

    spark: SparkSession
    source: ResolvedSource
    columns: tuple[Column, ...]
    drift: Drift
    files: tuple[Labelled, ...]

    def only(self, files: tuple[Labelled, ...]) -> FileRead:
        return replace(self, files=files)


class Format(Protocol):
    def read(self, request: FileRead) -> DataFrame:
        """The columns of `Source.read`. Raises SourceError naming a file that cannot be read."""


FORMATS: Registry[Format] = Registry("file format")


def formats() -> Registry[Format]:
    """The registry of formats, filled."""
    scan("etl_core.sources.formats")
    return FORMATS
