"""What the language itself asks of rules and analyzers, besides its grammar."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.registry import closest_hint
from quality.dqdl.comparisons import condition_problems, example, threshold_problems
from quality.dqdl.errors import DqdlError
from quality.dqdl.labels import label_problems
from quality.dqdl.model import Analyzer, Rule, Ruleset
from quality.dqdl.shapes import shape_problems
from quality.dqdl.tags import option_problems, tag_problems
from quality.dqdl.types import ANALYZER_NAMES, ANOMALY_METRICS, MANY, RULE_NAMES, RULE_TYPES, RuleType


def document_problems(ruleset: Ruleset) -> list[DqdlError]:
    """What is wrong around the rules: analyzers and labels."""
    found = [error for analyzer in ruleset.analyzers for error in _analyzer(analyzer)]
    return found + list(label_problems(ruleset))


def rule_problems(rule: Rule) -> list[DqdlError]:
    """Everything that is wrong with one rule, which is no composite."""
    known = RULE_TYPES.get(rule.rule_type)
    if known is None or not known.rule:
        if known:
            hint = f"{known.name} stands in Analyzers = [ ... ]"
        else:
            hint = closest_hint(rule.rule_type, RULE_NAMES)
        return [DqdlError.at(rule, f"unknown rule type {rule.rule_type!r}", hint)]
    found = list(_parameters(rule, known))
    if not found:
        found += condition_problems(rule, known)
    return [*found, *_clauses(rule, known), *tag_problems(rule, known)]


def _clauses(rule: Rule, known: RuleType) -> Iterator[DqdlError]:
    if rule.where and not known.where:
        yield DqdlError.at(rule.where_at, f"{known.name} takes no `where`", "remove it")
    if rule.threshold and not known.threshold:
        names = ", ".join(name for name in RULE_NAMES if RULE_TYPES[name].threshold)
        yield DqdlError.at(rule.threshold, f"{known.name} takes no `with threshold`", f"these do: {names}")
    elif rule.threshold:
        yield from threshold_problems(rule.threshold)


def _analyzer(analyzer: Analyzer) -> Iterator[DqdlError]:
    known = RULE_TYPES.get(analyzer.analyzer_type)
    if known is None or not known.analyzer:
        problem = "is no analyzer" if known else "is an unknown analyzer"
        hint = closest_hint(analyzer.analyzer_type, ANALYZER_NAMES)
        yield DqdlError.at(analyzer, f"{analyzer.analyzer_type} {problem}", hint)
        return
    yield from _parameters(analyzer, known)
    yield from option_problems(analyzer, known)


def _parameters(item: Rule | Analyzer, known: RuleType) -> Iterator[DqdlError]:
    given, (fewest, most) = item.parameters, known.parameters
    if not fewest <= len(given) <= most:
        yield _wrong_number(item, known)
        return
    for name, place in zip(given, item.places, strict=True):
        if not name.strip():
            yield DqdlError.at(place, f"{known.name} names nothing", example(known))
    if known.names == "metric" and given:
        yield from _metric(item, known)
    elif all(name.strip() for name in given):
        yield from shape_problems(item, known)


def _wrong_number(item: Rule | Analyzer, known: RuleType) -> DqdlError:
    given, (fewest, most) = item.parameters, known.parameters
    neighbour = next((index for index, name in enumerate(given) if name in RULE_TYPES), None)
    if neighbour is not None:
        name = given[neighbour]
        message = f"{known.name} runs into {name}"
        return DqdlError.at(item.places[neighbour], message, f"put a comma before {name}")
    wanted = f"{fewest} or more" if most == MANY else f"{fewest} to {most}" if fewest != most else f"{fewest}"
    noun = "column" if known.names == "columns" else "parameter"
    hint = example(known) if fewest else "remove what stands between it and the condition"
    message = f"{known.name} takes {wanted} {noun}{'' if wanted == '1' else 's'}, not {len(given)}"
    return DqdlError.at(item.places[most] if len(given) > most else item, message, hint)


def _metric(item: Rule | Analyzer, known: RuleType) -> Iterator[DqdlError]:
    """DetectAnomalies: the name of a metric, and the parameters that the metric takes."""
    metric, *rest = item.parameters
    if metric not in (*ANOMALY_METRICS, "CustomSql"):
        hint = closest_hint(metric, ANOMALY_METRICS)
        yield DqdlError.at(item.places[0], f"{known.name} does not follow {metric!r}", hint)
        return
    fewest, most = RULE_TYPES["CustomSql" if metric == "CustomSQL" else metric].parameters
    if not fewest <= len(rest) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} or more"
        noun = "parameter" if wanted == "1" else "parameters"
        message = f"{metric} takes {wanted} {noun}, not {len(rest)}"
        yield DqdlError.at(item.places[0], message, f'write for example {known.name} "ColumnLength" "name"')
