"""How a change in one input of a table reaches the table's keys: a search over the inputs' columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from etl_core.config.models.table import Input
from etl_core.config.project import Table

Way = tuple[str, ...]  # input names, from the one that changed to one that has the table's keys


@dataclass(frozen=True)
class Linked:
    """One input. `columns` are in small letters. `on`: its own columns that other inputs refer to -> the
    name each has there; empty for an input whose rows are known by the table's own keys."""

    columns: frozenset[str]
    on: Mapping[str, str]

    @property
    def has_keys(self) -> bool:
        return not self.on


def linked(source: Input, upstream: Table, columns: Collection[str], keys: Collection[str]) -> Linked:
    """`columns` are those of the upstream. An input with an `on` of its own is referred to by it, even
    if it has columns that are called like the keys (managers are employees, too)."""
    known = frozenset(column.lower() for column in columns)
    if not source.on and {key.lower() for key in keys} <= known:
        return Linked(known, {})
    return Linked(known, source.on or {key: key for key in upstream.config.target.keys})


def ways(inputs: Mapping[str, Linked], keys: Collection[str]) -> dict[str, tuple[Way, ...]]:
    """Every input -> all ways on which its changes reach inputs that have `keys`, no input twice on one.

    A change in `cities` touches the rows of `customers` that refer to it, and these touch their orders.
    () for an input of which nothing leads to the keys.
    """
    with_keys = {name for name, source in inputs.items() if source.has_keys and _has(source, keys)}
    return {name: tuple(_from(inputs, with_keys, (name,))) for name in inputs}


def _from(inputs: Mapping[str, Linked], goals: Collection[str], way: Way) -> Iterator[Way]:
    here = inputs[way[-1]]
    if way[-1] in goals:
        yield way
        return
    for name, other in inputs.items():
        if name not in way and here.on and _has(other, here.on.values()):
            yield from _from(inputs, goals, (*way, name))


def _has(source: Linked, columns: Collection[str]) -> bool:
    return {column.lower() for column in columns} <= source.columns
