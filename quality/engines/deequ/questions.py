"""What has to be asked of Deequ so that its answers together mean what the rule means in DQDL.

Where Deequ 2.1.0 leaves the AWS reference, the rule is put differently:
- `IsPrimaryKey "a" "b"` checks only uniqueness: each column's completeness is asked as well;
- `ColumnLength` skips NULLs where the reference says that a NULL has length 0;
- `with threshold` on ColumnValues is honoured for dates only: it is left out, and good rows are counted;
- a pattern with `|` is not matched as a whole (`^a|b$`): it gets a group.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from quality.dqdl import Condition, Rule
from quality.dynamic import in_numbers
from quality.holds import holds

ROW_COUNT = "RowCount >= 0"  # costs nothing beside the others and tells an empty frame


def questions(rule: Rule) -> tuple[str, ...]:
    """DQDL rules that hold together exactly when `rule` (no composite, resolved) holds; the first is its main
    one."""
    rule = in_numbers(rule)
    if rule.rule_type == "IsPrimaryKey" and len(rule.columns) > 1:
        return (rule.text, *(_complete(rule, column) for column in rule.columns))
    if rule.rule_type == "ColumnLength" and rule.condition and not _allows_null(rule.condition):
        return rule.text, _complete(rule, rule.columns[0])
    if rule.rule_type == "ColumnValues":
        return (replace(rule, threshold=None, condition=_grouped(rule.condition)).text,)
    return (rule.text,)


def counts_good_rows(rule: Rule) -> bool:
    """Whether the rule's threshold is judged here, on the share of rows that pass."""
    return rule.rule_type == "ColumnValues" and rule.threshold is not None


def _allows_null(condition: Condition) -> bool:
    # `in` and `not in` treat NULL as length 0 by themselves
    return condition.operator.endswith("in") or holds(condition, Decimal(0))


def _grouped(condition: Condition | None) -> Condition | None:
    if condition is None or not condition.operator.endswith("matches"):
        return condition
    (pattern,) = condition.operands
    if "|" not in str(pattern.value):
        return condition
    return replace(condition, operands=(replace(pattern, text=f'"(?:{pattern.value})"'),))


def _complete(rule: Rule, column: str) -> str:
    """That the column has no NULL among the rows that `rule` judges."""
    return replace(rule, rule_type="IsComplete", parameters=(column,), condition=None).text
