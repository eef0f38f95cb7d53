"""How Glue Data Quality is asked, and what is said where there is none."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from etl_core.errors import EXIT_RUNTIME, EtlError
from etl_core.runtime.glue_quality import process_rows

FRAME: Any = SimpleNamespace(sparkSession="session")
OTHER: Any = SimpleNamespace(sparkSession="session")


class Dynamic:
    def __init__(self, df: object, name: str) -> None:
        self.df, self.name = df, name

    @classmethod
    def fromDF(cls, df: object, glue: str, name: str) -> Dynamic:
        assert glue == "glue of session"
        return cls(df, name)

    def toDF(self) -> object:
        return self.df


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    class EvaluateDataQuality:
        def process_rows(self, **asked: Any) -> dict[str, Dynamic]:
            calls.append(asked)
            return {key: Dynamic(key, key) for key in ("originalData", "ruleOutcomes", "rowLevelOutcomes")}

    transforms = ModuleType("awsgluedq.transforms")
    transforms.EvaluateDataQuality = EvaluateDataQuality  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "awsgluedq", ModuleType("awsgluedq"))
    monkeypatch.setitem(sys.modules, "awsgluedq.transforms", transforms)
    monkeypatch.setattr("awsglue.context.GlueContext", lambda session: f"glue of {session}")
    monkeypatch.setattr("awsglue.dynamicframe.DynamicFrame", Dynamic)
    return calls


def test_results_are_published_under_a_name(asked: list[dict[str, Any]]) -> None:
    found = process_rows(FRAME, "Rules = []", context="raw.a", others={}, composites_by_row=False)
    assert found == {"ruleOutcomes": "ruleOutcomes", "rowLevelOutcomes": "rowLevelOutcomes"}
    (call,) = asked
    assert (call["frame"].df, call["frame"].name, call["ruleset"]) == (FRAME, "primary", "Rules = []")
    assert call["publishing_options"] == {
        "dataQualityEvaluationContext": "raw.a",
        "enableDataQualityCloudWatchMetrics": True,
        "enableDataQualityResultsPublishing": True,
    }
    assert call["additional_options"] == {
        "performanceTuning.caching": "CACHE_NOTHING",
        "observations.scope": "NONE",
        "dataQualityResultsPublishing.strategy": "BEST_EFFORT",
    }
    assert "additional_data_sources" not in call


def test_references_and_composites_row_by_row(asked: list[dict[str, Any]]) -> None:
    process_rows(FRAME, "Rules = []", context="raw.a", others={"held": OTHER}, composites_by_row=True)
    (call,) = asked
    assert {name: one.df for name, one in call["additional_data_sources"].items()} == {"held": OTHER}
    assert call["additional_options"]["compositeRuleEvaluation.method"] == "ROW"


def test_elsewhere_it_says_that_it_works_on_glue_only() -> None:
    with pytest.raises(EtlError, match="works in Glue jobs only: there is no awsgluedq") as caught:
        process_rows(FRAME, "Rules = []", context="raw.a", others={}, composites_by_row=False)
    assert caught.value.exit_code == EXIT_RUNTIME
    assert "rule_engine" in caught.value.hint
