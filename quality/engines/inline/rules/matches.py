"""The judged rows against those of another dataset, row by row: ReferentialIntegrity, DatasetMatch.

Both give the share of judged rows that have their like in the other dataset. In a key NULL is like nothing;
in compared columns it is like NULL.
"""

from __future__ import annotations

from etl_core.names import quote
from quality.answer import Answer, unjudged
from quality.dqdl import Rule
from quality.dqdl.naming import PRIMARY, Pairs, listed, mapped, referenced
from quality.engines.inline.check import RULES, Check, Facts, Grouping, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import all_of
from quality.engines.refusals import UnjudgeableError


def _referential_integrity(rule: Rule, frame: Frame) -> Check:
    found = referenced(rule.parameters[1])
    assert found is not None
    dataset, others = found
    query = _share(frame, dataset, tuple(zip(listed(rule.parameters[0]), others, strict=True)), ())
    name = f"the share of rows that are found in `{dataset}`"
    metric = f"Column.{dataset}.ReferentialIntegrity"
    return Check(lambda facts: _ratio(rule, name, facts.numbers[query], metric), queries=(query,))


def _dataset_match(rule: Rule, frame: Frame) -> Check:
    dataset, keys = rule.parameters[0], mapped(rule.parameters[1])
    compared = mapped(rule.parameters[2]) if len(rule.parameters) > 2 else _others(frame, keys)
    if not compared:
        raise UnjudgeableError("there are no columns to compare besides the keys: use ReferentialIntegrity")
    own = Grouping(tuple(dict.fromkeys(frame.simple(name).sql for name, _ in keys)))
    other = frame.reference(dataset)
    struct = f"STRUCT({', '.join(other.simple(name).sql for _, name in keys)})"
    repeated = f"SELECT COUNT(1) - COUNT(DISTINCT {struct}) FROM {quote(dataset)}"  # noqa: S608 - quoted
    share = _share(frame, dataset, keys, compared)

    def conclude(facts: Facts) -> Answer:
        groups = facts.groups[own]
        doubles = groups.rows - groups.distinct + max(groups.nulls - 1, 0)
        for count, where in ((doubles, "the judged rows"), (int(facts.numbers[repeated] or 0), dataset)):
            if count:
                return unjudged(f"the keys are not unique: {count} more rows than keys in {where}")
        name = f"the share of rows that are alike in `{dataset}`"
        return _ratio(rule, name, facts.numbers[share], f"Dataset.{dataset}.DatasetMatch")

    return Check(conclude, groupings=(own,), queries=(repeated, share))


def _others(frame: Frame, keys: Pairs) -> Pairs:
    named = {frame.column(own).sql for own, _ in keys}
    return tuple((name, name) for name in frame.columns if frame.column(name).sql not in named)


def _share(frame: Frame, dataset: str, keys: Pairs, compared: Pairs) -> str:
    """SELECT of the share of judged rows that the other dataset has; NULL where there are no rows."""
    other = frame.reference(dataset)
    pairs = [(frame.simple(one), other.simple(like), "=") for one, like in keys]
    pairs += [(frame.simple(one), other.simple(like), "<=>") for one, like in compared]
    columns = ", ".join(f"{like.sql} AS c{number}" for number, (_, like, _) in enumerate(pairs))
    alike = all_of(*(f"p.{one.sql} {equal} o.c{number}" for number, (one, _, equal) in enumerate(pairs)))
    known = f"(SELECT DISTINCT {columns}, TRUE AS found FROM {quote(dataset)}) AS o"  # noqa: S608 - quoted
    return f"SELECT TRY_DIVIDE(COUNT_IF(o.found), COUNT(1)) FROM {PRIMARY} AS p LEFT JOIN {known} ON {alike}"  # noqa: S608


def _ratio(rule: Rule, name: str, share: float | None, metric: str) -> Answer:
    """A share of no rows meets every condition."""
    assert rule.condition is not None
    return Answer(passed=True) if share is None else number(name, share, rule.condition, metric=metric)


RULES.add("ReferentialIntegrity", RuleKind(_referential_integrity))
RULES.add("DatasetMatch", RuleKind(_dataset_match))
