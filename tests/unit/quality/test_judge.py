"""Which failures block."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from etl_core.config.models.table import Quality
from etl_core.state.models import Verdict
from quality.dqdl import parse
from quality.engine import Evaluation
from quality.judge import judge

ROW, COUNT = 'IsComplete "a"', "RowCount > 0"
SHARE = 'ColumnValues "a" > 1 with threshold > 0.5'
MIXED = '(IsComplete "a") and (RowCount > 0)'


def evaluated(text: str, *, failed: bool = True, unjudged: bool = False) -> Evaluation:
    verdicts = tuple(
        Verdict(rule=rule.text, outcome="failed" if failed else "passed", reason="Value: 0" if failed else "")
        for rule in parse(text).rules
    )
    return Evaluation(verdicts, unjudged=frozenset(range(len(verdicts))) if unjudged else frozenset())


@pytest.mark.parametrize(
    ("rule", "settings", "scope", "blocked"),
    [
        (ROW, {"rows": "quarantine"}, "rules", False),
        (ROW, {"rows": "drop"}, "rules", False),
        (ROW, {"rows": "keep"}, "rules", True),
        (ROW, {"rows": "quarantine"}, "table_rules", True),
        (SHARE, {"rows": "quarantine"}, "rules", True),
        (COUNT, {"rows": "quarantine"}, "rules", True),
        (MIXED, {"rows": "quarantine"}, "rules", True),
        (COUNT, {"on_failure": "warn"}, "rules", False),
        (ROW, {"on_failure": "warn", "rows": "keep"}, "rules", False),
        (COUNT, {"on_failure": "warn"}, "table_rules", False),
    ],
)
def test_a_failed_rule_blocks_or_not(
    rule: str, settings: dict[str, Any], scope: Literal["rules", "table_rules"], blocked: bool
) -> None:
    text = f"Rules = [ {rule} ]"
    judgement = judge(evaluated(text), Quality(**{scope: text, **settings}), scope)
    assert judgement.blocked is blocked
    assert [(verdict.blocking, verdict.scope) for verdict in judgement.verdicts] == [(blocked, scope)]
    assert rule in judgement.message
    assert "Value: 0" in judgement.message


def test_passed_rules_never_block() -> None:
    text = f"Rules = [ {ROW}, {COUNT}, {SHARE} ]"
    judgement = judge(evaluated(text, failed=False), Quality(rules=text, rows="keep"), "rules")
    assert (judgement.blocked, judgement.message) == (False, "")


def test_a_row_rule_that_could_not_be_evaluated_blocks() -> None:
    text = f"Rules = [ {ROW} ]"
    assert judge(evaluated(text, unjudged=True), Quality(rules=text), "rules").blocked


def test_the_message_names_only_what_blocks() -> None:
    text = f"Rules = [ {ROW}, {COUNT} ]"
    message = judge(evaluated(text), Quality(rules=text), "rules").message
    assert message == "blocked by 1 rule of `rules`: RowCount > 0 (Value: 0)"
