"""Groupings that need no pass: what is unique already has one row a value. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quality.answer import Answer
from quality.engines.inline.check import Check, Facts, Groups
from quality.engines.inline.frame import Frame
from quality.engines.inline.sql import count_if
from quality.engines.refusals import UnjudgeableError


def proved(check: Check, unique: Iterable[str]) -> Check:
    """`check` without the groupings that hold the columns `unique` (SQL): no two rows have the same values
    there and none is NULL, so that each row is a group of its own. Rows are counted instead."""
    known = frozenset(unique)
    sure = {one: count_if(one.scope) for one in check.groupings if known and known <= {*one.columns}}
    if not sure:
        return check

    def conclude(facts: Facts) -> Answer:
        counts = {one: facts.count(sql) for one, sql in sure.items()}
        groups = {one: Groups(rows=count, distinct=count, unique=count) for one, count in counts.items()}
        return check.conclude(replace(facts, groups={**facts.groups, **groups}))

    return replace(
        check,
        conclude=conclude,
        aggregates=(*check.aggregates, *sure.values()),
        groupings=tuple(one for one in check.groupings if one not in sure),
    )


def key_of(names: Iterable[str], frame: Frame) -> tuple[str, ...]:
    """SQL of the columns; nothing where the frame lacks one, for then nothing is proved."""
    try:
        return tuple(frame.column(name).sql for name in names)
    except UnjudgeableError:
        return ()
