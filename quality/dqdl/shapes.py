"""Whether the parameters of rules about other datasets are spelt as these rules want them."""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Analyzer, Rule
from quality.dqdl.naming import Pairs, aggregate_of, listed, mapped, referenced
from quality.dqdl.types import RuleType

_INTEGRITY = 'write for example ReferentialIntegrity "city,state" "other.{city,state}" = 1.0'
_MATCH = 'write for example DatasetMatch "other" "id->other_id" "amount,paid->paid_on" = 1.0'
_AGGREGATE = 'write for example AggregateMatch "sum(amount)" "sum(other.amount)" = 1.0'


def shape_problems(item: Rule | Analyzer, known: RuleType) -> Iterator[DqdlError]:
    """Of a rule with as many parameters as it takes."""
    if known.names == "keys":
        yield from _integrity(item)
    elif known.names == "pair":
        for at, text in zip(item.places[1:], item.parameters[1:], strict=True):
            if not _complete(mapped(text)):
                yield DqdlError.at(at, f"{text!r} does not name columns", _MATCH)
    elif known.names == "aggregates":
        for at, text in zip(item.places, item.parameters, strict=True):
            if aggregate_of(text) is None:
                yield DqdlError.at(at, f"{text!r} is no aggregate: sum and avg of one column are", _AGGREGATE)


def _integrity(item: Rule | Analyzer) -> Iterator[DqdlError]:
    own, found = listed(item.parameters[0]), referenced(item.parameters[1])
    if not all(own):
        yield DqdlError.at(item.places[0], f"{item.parameters[0]!r} does not name columns", _INTEGRITY)
    if found is None or not all(found[1]):
        message = f"{item.parameters[1]!r} does not name columns of another dataset"
        yield DqdlError.at(item.places[1], message, _INTEGRITY)
    elif len(found[1]) != len(own):
        message = f"{len(own)} and {len(found[1])} columns cannot be compared"
        yield DqdlError.at(item.places[1], message, "name as many in both")


def _complete(pairs: Pairs) -> bool:
    return all(own and other for own, other in pairs)
