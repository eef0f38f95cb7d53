"""Glue Data Quality: `awsgluedq`, which is there in Glue jobs only, so it is imported when rules are judged.

Sources: "EvaluateDataQuality class" and "DQ results publishing" in the AWS Glue Developer Guide and API
reference, and, for what these do not have (`additional_data_sources`), the scripts that Glue Studio writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from etl_core.errors import EtlError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_RESULTS = ("ruleOutcomes", "rowLevelOutcomes")
_HINT = "set `rule_engine: auto` (or inline, deequ) in environments that run elsewhere"
_OPTIONS = {
    "performanceTuning.caching": "CACHE_NOTHING",
    "observations.scope": "NONE",  # anomalies: Strata has a history of its own
    "dataQualityResultsPublishing.strategy": "BEST_EFFORT",  # the console must not stop a run
}


def process_rows(
    df: DataFrame,
    ruleset: str,
    *,
    context: str,
    others: Mapping[str, DataFrame],
    composites_by_row: bool,
) -> dict[str, DataFrame]:
    """`ruleset` (DQDL) judged on `df`: the outcomes of rules, and the rows with theirs, as far as
    Glue gives them.

    Results and CloudWatch metrics are published under the name `context`. `others`: what rules compare with,
    by the names that they have for it. Raises EtlError where there is no awsgluedq.
    """
    evaluation, glue_context, dynamic_frame = _imported()
    glue = glue_context(df.sparkSession)
    sources = {name: dynamic_frame.fromDF(one, glue, name) for name, one in others.items()}
    found = evaluation().process_rows(
        frame=dynamic_frame.fromDF(df, glue, "primary"),
        ruleset=ruleset,
        publishing_options={
            "dataQualityEvaluationContext": context,
            "enableDataQualityCloudWatchMetrics": True,
            "enableDataQualityResultsPublishing": True,
        },
        additional_options=_OPTIONS
        | ({"compositeRuleEvaluation.method": "ROW"} if composites_by_row else {}),
        **({"additional_data_sources": sources} if sources else {}),
    )
    return {key: found[key].toDF() for key in _RESULTS if key in found.keys()}  # noqa: SIM118


def _imported() -> tuple[Any, Any, Any]:
    try:
        from awsglue.context import GlueContext
        from awsglue.dynamicframe import DynamicFrame
        from awsgluedq.transforms import EvaluateDataQuality
    except ImportError as error:
        message = f"the rule engine `glue` works in Glue jobs only: there is no {error.name}"
        raise EtlError(message, hint=_HINT) from error
    return EvaluateDataQuality, GlueContext, DynamicFrame
