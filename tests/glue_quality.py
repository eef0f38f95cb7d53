"""Stands in for Glue Data Quality, because awsgluedq exists only on Glue.

It has the calls and the shapes of answers that the AWS Glue Developer Guide documents ("EvaluateDataQuality
class", "Evaluate data quality in ETL jobs"), over the open Deequ, which Glue Data Quality is built on. It
cannot show labels (the parser that comes with Deequ 2.1.0 does not know them), composites row by row, and
what Glue does differently from Deequ.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession


@dataclass
class Call:
    """What one process_rows was asked, and the columns that it was shown."""

    ruleset: str
    publishing: dict[str, Any]
    options: dict[str, str]
    others: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class GlueContext:
    spark: SparkSession


@dataclass(frozen=True)
class DynamicFrame:
    df: DataFrame

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: GlueContext, name: str = "") -> DynamicFrame:
        assert isinstance(glue_ctx, GlueContext)
        assert name
        return cls(dataframe)

    def toDF(self) -> DataFrame:
        return self.df


@dataclass
class Glue:
    """`asked`: the calls so far, the oldest first."""

    asked: list[Call] = field(default_factory=list)

    def process_rows(
        self,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: dict[str, Any] | None = None,
        additional_options: dict[str, str] | None = None,
        additional_data_sources: dict[str, DynamicFrame] | None = None,
    ) -> dict[str, DynamicFrame]:
        from pydeequ.dqdl import EvaluateDataQuality

        options, others = additional_options or {}, additional_data_sources or {}
        assert options.get("compositeRuleEvaluation.method") != "ROW", "Deequ judges no composite row by row"
        call = Call(ruleset, publishing_options or {}, options, tuple(others), tuple(frame.df.columns))
        self.asked.append(call)
        views = {"primary": frame.df} | {name: other.df for name, other in others.items()}
        for name, df in views.items():
            df.createOrReplaceTempView(name)
        try:
            datasets = {name: other.df for name, other in others.items()}
            found = EvaluateDataQuality.processRows(frame.df.sparkSession, frame.df, ruleset, datasets)
        finally:
            for name in views:
                frame.df.sparkSession.catalog.dropTempView(name)
        return {key: DynamicFrame(df) for key, df in found.items()}


def installed(monkeypatch: pytest.MonkeyPatch) -> Glue:
    """As if this were a Glue job, as far as rules are concerned."""
    glue = Glue()
    transforms = ModuleType("awsgluedq.transforms")
    transforms.EvaluateDataQuality = lambda: glue  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "awsgluedq", ModuleType("awsgluedq"))
    monkeypatch.setitem(sys.modules, "awsgluedq.transforms", transforms)
    monkeypatch.setattr("awsglue.context.GlueContext", GlueContext)
    monkeypatch.setattr("awsglue.dynamicframe.DynamicFrame", DynamicFrame)
    return glue
