"""What the parameters of a rule name: columns of the judged rows, and other datasets with their columns.

Sources: the pages of ReferentialIntegrity, DatasetMatch and AggregateMatch in the rule type reference, and
Deequ's translation of them (dqdl/translation/rules), which reads a name without braces up to its last point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from quality.dqdl.types import RULE_TYPES

PRIMARY = "primary"  # the judged rows, by their name as a dataset
Parameters = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]  # column of the judged rows, column of the other dataset
_IN_BRACES = re.compile(r"(?P<dataset>.+)\.\{(?P<columns>.*)\}")
_BARE = re.compile(r"(?P<dataset>.+)\.(?P<columns>[^.{}]+)")
_AGGREGATE = re.compile(r"(?P<function>sum|avg|SUM|AVG)\((?:(?P<dataset>.+)\.)?(?P<column>[^.]+)\)")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`columns` of `dataset`, and the index of the parameter that names them."""

    dataset: str
    columns: tuple[str, ...]
    index: int


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum(reference.amount)`; `dataset` is PRIMARY for the judged rows."""

    function: Literal["sum", "avg"]
    dataset: str
    column: str


def named_columns(rule_type: str, parameters: Parameters) -> Iterator[tuple[str, int]]:
    """The columns of the judged table that `parameters` name, and the index of the parameter of each."""
    known = RULE_TYPES.get(rule_type)
    names = known.names if known else ""
    if names == "columns":
        yield from ((name, index) for index, name in enumerate(parameters) if name != "AllColumns")
    elif names == "keys":
        yield from ((name, 0) for name in listed("".join(parameters[:1])))
    elif names == "pair":
        for index, mapping in enumerate(parameters[1:], start=1):
            yield from ((own, index) for own, _ in mapped(mapping))
    elif names == "aggregates":
        for index, aggregate in _aggregates(parameters):
            if aggregate.dataset == PRIMARY:
                yield aggregate.column, index
    elif names == "metric":  # "ColumnCorrelation" "a" "b"
        metric = RULE_TYPES.get(parameters[0]) if parameters else None
        if metric and metric.names == "columns":
            yield from ((name, index) for index, name in enumerate(parameters[1:], start=1))


def named_elsewhere(rule_type: str, parameters: Parameters) -> Iterator[Elsewhere]:
    """What `parameters`, if they are well formed, name of other datasets."""
    known = RULE_TYPES.get(rule_type)
    names = known.names if known else ""
    if names == "reference":
        yield Elsewhere(parameters[0], (), 0)
    elif names == "keys" and (found := referenced(parameters[1])):
        yield Elsewhere(*found, 1)
    elif names == "pair":
        yield Elsewhere(parameters[0], (), 0)
        for index, mapping in enumerate(parameters[1:], start=1):
            yield Elsewhere(parameters[0], tuple(other for _, other in mapped(mapping)), index)
    elif names == "aggregates":
        for index, aggregate in _aggregates(parameters):
            if aggregate.dataset != PRIMARY:
                yield Elsewhere(aggregate.dataset, (aggregate.column,), index)


def listed(text: str) -> tuple[str, ...]:
    """The names in `a, b`."""
    return tuple(name.strip() for name in text.split(","))


def mapped(text: str) -> Pairs:
    """The columns in `a->x, b`: those that are called alike in both datasets are named once."""
    pairs = (one.partition("->") for one in text.split(","))
    return tuple((own.strip(), other.strip() if arrow else own.strip()) for own, arrow, other in pairs)


def referenced(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The dataset and its columns in `other.{a, b}` or `other.a`; None if it is neither."""
    found = _IN_BRACES.fullmatch(text) or _BARE.fullmatch(text)
    return (found["dataset"].strip(), listed(found["columns"])) if found else None


def aggregate_of(text: str) -> Aggregate | None:
    """`sum(amount)` or `avg(other.amount)`; None if it is neither."""
    found = _AGGREGATE.fullmatch(text.strip())
    if not found:
        return None
    function: Literal["sum", "avg"] = "sum" if found["function"].lower() == "sum" else "avg"
    return Aggregate(function, (found["dataset"] or PRIMARY).strip(), found["column"].strip())


def _aggregates(parameters: Parameters) -> Iterator[tuple[int, Aggregate]]:
    for index, text in enumerate(parameters):
        if found := aggregate_of(text):
            yield index, found
