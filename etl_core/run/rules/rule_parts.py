"""Which of the contract's rules judge events, and which the batch once each key has its newest event."""

from __future__ import annotations

from dataclasses import dataclass

from etl_core.config.models.table import Quality
from quality.dqdl import Rule, Ruleset
from quality.engine import Evaluation
from quality.judge import rules_of

# They say of a row whether it is good, but only beside the others: several events of a key are no mistake.
_BESIDE_OTHERS = ("IsUnique", "IsPrimaryKey")


@dataclass(frozen=True)
class RuleParts:
    """A ruleset in two; `first` and `rest` are indexes of its rules."""

    rules: tuple[Rule, ...]
    first: tuple[int, ...]
    rest: tuple[int, ...]

    @property
    def on_events(self) -> Ruleset:
        return Ruleset(tuple(self.rules[index] for index in self.first))

    @property
    def on_batch(self) -> Ruleset:
        return Ruleset(tuple(self.rules[index] for index in self.rest))

    def together(self, first: Evaluation | None, rest: Evaluation | None) -> Evaluation:
        """Both evaluations as one of the whole ruleset, with the rows that failed in the second."""
        parts = [(self.first, first), (self.rest, rest)]
        done = [(indexes, evaluation) for indexes, evaluation in parts if evaluation is not None]
        verdicts = {
            index: verdict
            for indexes, evaluation in done
            for index, verdict in zip(indexes, evaluation.verdicts, strict=True)
        }
        return Evaluation(
            verdicts=tuple(verdicts[index] for index in sorted(verdicts)),
            row_failures=rest.row_failures if rest else None,
            unjudged=frozenset(indexes[i] for indexes, evaluation in done for i in evaluation.unjudged),
        )


def rule_parts(quality: Quality, *, events: bool) -> RuleParts:
    """Rows that stand for themselves (`events` false) are judged once, by all rules."""
    rules = rules_of(quality, "rules").rules
    first = tuple(index for index, rule in enumerate(rules) if events and _of_one_row(rule))
    return RuleParts(rules, first, tuple(index for index in range(len(rules)) if index not in first))


def _of_one_row(rule: Rule) -> bool:
    return rule.row_level and all(leaf.rule_type not in _BESIDE_OTHERS for leaf in rule.leaves())
