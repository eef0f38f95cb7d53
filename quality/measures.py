"""What a metric is of, so that it is the same from run to run whatever it is compared with. Pure."""

from __future__ import annotations

from dataclasses import replace

from quality.dqdl import Rule, Ruleset

# shares of rows that meet the rule's condition; other metrics do not depend on it
_OF_CONDITION = (".GoodRows", ".Compliance", ".LengthCompliance", ".PatternMatch")
_OF_DATASET = {"RowCount": "RowCount", "ColumnCount": "ColumnCount", "CustomSql": "CustomSQL"}
_SPELLINGS = {"CustomSQL": "CustomSql"}  # as DetectAnomalies has it


def subject(rule: Rule, metric: str) -> str:
    """`Mean "a" where "b > 1"` for every rule about that mean, DetectAnomalies included. `rule` is no
    composite, `metric` the name of one of its numbers."""
    if rule.rule_type == "DetectAnomalies":
        return followed(rule).text
    condition = rule.condition if metric.endswith(_OF_CONDITION) else None
    return replace(rule, condition=condition, threshold=None, labels=()).text


def followed(rule: Rule) -> Rule:
    """The rule, without a condition, whose numbers a DetectAnomalies rule follows; any other rule itself."""
    if rule.rule_type != "DetectAnomalies":
        return rule
    name, *parameters = rule.parameters
    return Rule(_SPELLINGS.get(name, name), tuple(parameters), places=rule.places[1:])


def queries(ruleset: Ruleset) -> bool:
    """Whether a rule or analyzer asks by SQL, which does not say what it reads."""
    return any(followed(leaf).rule_type == "CustomSql" for leaf in ruleset.leaves())


def condition_metric(rule: Rule) -> str:
    """The name of the number that the rule's condition is held against."""
    if rule.rule_type in _OF_DATASET:
        return f"Dataset.*.{_OF_DATASET[rule.rule_type]}"
    if elsewhere := rule.elsewhere():
        kind = "Column" if rule.rule_type == "ReferentialIntegrity" else "Dataset"
        return f"{kind}.{elsewhere[0].dataset}.{rule.rule_type}"
    kind = "Column" if len(rule.parameters) == 1 else "Multicolumn"
    return f"{kind}.{','.join(rule.parameters)}.{rule.rule_type}"


def threshold_metric(rule: Rule) -> str:
    """The name of the share of good rows that the rule's threshold is held against."""
    share = (
        "ColumnDataType.Compliance" if rule.rule_type == "ColumnDataType" else f"{rule.rule_type}.GoodRows"
    )
    return f"Column.{','.join(rule.parameters)}.{share}"
