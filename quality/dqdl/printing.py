"""From a ruleset back to its text: what is printed reads back as the same ruleset."""

from __future__ import annotations

from collections.abc import Iterable

from quality.dqdl.model import DataSources, Label, Rule, Ruleset


def to_text(ruleset: Ruleset) -> str:
    """The document in the order that DQDL wants of its sections, one rule a line."""
    sections = []
    if ruleset.version:
        sections.append(f'Metadata = {{ "Version": "{ruleset.version}" }}')
    if ruleset.sources:
        sections.append(f"DataSources = {{ {_sources(ruleset.sources)} }}")
    if ruleset.default_labels:
        sections.append(f"DefaultLabels = {_labels(ruleset.default_labels)}")
    if ruleset.rules:
        sections.append(_listed("Rules", (_rule(rule) for rule in ruleset.rules)))
    if ruleset.analyzers:
        sections.append(_listed("Analyzers", (analyzer.text for analyzer in ruleset.analyzers)))
    return "\n".join(sections) + "\n"


def _listed(name: str, items: Iterable[str]) -> str:
    return f"{name} = [\n" + ",\n".join(f"    {item}" for item in items) + "\n]"


def _sources(sources: DataSources) -> str:
    pairs = [f'"Primary": "{sources.primary}"'] if sources.primary else []
    if sources.additional:
        listed = ", ".join(f'"{name}"' for name in sources.additional)
        pairs.append(f'"AdditionalDataSources": [ {listed} ]')
    return ", ".join(pairs)


def _rule(rule: Rule) -> str:
    if not rule.labels:
        return rule.text
    text = f"({rule.text})" if rule.parts else rule.text
    return f"{text} labels = {_labels(rule.labels)}"


def _labels(labels: tuple[Label, ...]) -> str:
    return "[" + ", ".join(f'"{name}" = "{value}"' for name, value in labels) + "]"
