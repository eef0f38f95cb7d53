"""What is different about a batch's columns, and what the contract's `drift` says to each difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql.types import StructField, StructType

from etl_core.config.models.columns import Column, Drift
from etl_core.config.project import Table
from etl_core.errors import SinkError
from etl_core.names import DELETE, IS_CURRENT, IS_DELETED, SYSTEM_PREFIX, VALID_FROM, VALID_TO
from etl_core.parse.received import find
from etl_core.parse.widths import as_text, relation
from etl_core.run.columns import drift_notes as notes
from etl_core.sinks.protocol import SinkTable
from etl_core.sources.protocol import EVERYWHERE

ANEW = "drop the table: the next run makes it anew"


@dataclass(frozen=True)
class Policy:
    """What a contract says, and what arrived for it. Names in `declared` and `own` are in small letters.

    `sources`: the received names that declared columns are made from. `own`: columns that Strata adds.
    `absent`: declared columns that did not arrive. `unknown`: columns that arrived and are not declared.
    `partly`: received columns that some files lack -> which.
    """

    drift: Drift = field(default_factory=Drift)
    declared: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    partly: Mapping[str, str] = field(default_factory=dict)

    def is_own(self, name: str) -> bool:
        return name.lower().startswith(SYSTEM_PREFIX) or name.lower() in self.own


@dataclass(frozen=True)
class Differences:
    """What to do to the table before the batch is written: `added` and `widened` columns in the batch's
    types. `dropped`: columns of the batch that are left out."""

    added: tuple[StructField, ...] = ()
    widened: tuple[StructField, ...] = ()
    dropped: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def policy_of(table: Table, received: StructType, partly: Mapping[str, str]) -> Policy:
    """`received`: the columns that the contract's are made from (the job's, if there is one)."""
    config, target = table.config, table.config.target
    found = {column.name: find(column, received) for column in config.columns}
    used = {place.top for place in found.values() if place is not None}
    carriers = (target.operation_column, *target.before_keys)
    made_up = {name for name, files in partly.items() if files == EVERYWHERE}
    history = (VALID_FROM, VALID_TO, IS_CURRENT) if target.history == "scd2" else ()
    return Policy(
        drift=config.drift,
        declared=frozenset(name.lower() for name in found),
        own=frozenset((*history, *((IS_DELETED,) if target.deletes == "soft" else ()))),
        sources=frozenset(name.lower() for name in used),
        absent=tuple(
            column.name if column.source is None else f"{column.name} (source: {column.source})"
            for column in config.columns
            if (place := found[column.name]) is None or place.top in made_up
        ),
        unknown=tuple(
            name
            for name in received.names
            if name not in used and not name.startswith(SYSTEM_PREFIX) and name not in carriers
        ),
        partly={name: files for name, files in partly.items() if name not in made_up},
    )


def held_columns(table: Table, received: StructType, target: SinkTable) -> tuple[Column, ...]:
    """Undeclared columns that arrive in a type for which the table has no place, as the table has them:
    with `changed_type: quarantine` their values are judged one by one."""
    if table.config.drift.changed_type != "quarantine" or not target.exists():
        return ()
    held = {column.name.lower(): column.dataType for column in target.schema()}
    unknown = policy_of(table, received, {}).unknown
    return tuple(
        Column(name=name, type=held[name.lower()].simpleString())
        for name in unknown
        if name.lower() in held and relation(received[name].dataType, held[name.lower()]) == "other"
    )


def differences(batch: StructType, held: StructType | None, policy: Policy) -> Differences:
    """`held`: the table's columns; None for a table that is made by this batch.

    Raises SinkError, naming the setting, where the contract says fail or nothing can be done.
    """
    columns = {column.name.lower(): column for column in held or ()}
    partly = {name: files for name, files in policy.partly.items() if _known(name, columns, policy)}
    gone = _gone(batch, held, policy) if held is not None else []
    missing = tuple(dict.fromkeys((*policy.absent, *gone)))
    _refuse_missing(missing, partly, policy)
    if held is None:
        return Differences(notes=tuple(notes.missing(missing, policy.unknown, partly)))
    fresh = [column for column in batch if column.name.lower() not in columns and column.name != DELETE]
    dropped = [column.name for column in fresh if _drops(column.name, policy)]
    added = tuple(column for column in fresh if column.name not in dropped)
    _refuse_new(added, policy)
    unknown = [name for name in policy.unknown if name.lower() not in columns]
    left_out = unknown if policy.drift.new_column == "drop" else ()
    both = [(column, columns[column.name.lower()]) for column in batch if column.name.lower() in columns]
    widened = [(column, mine) for column, mine in both if _is_wider(column, mine, policy)]
    said = (
        *(f"adds column {column.name}" for column in added),
        *(f"column {name} is new: left out (drift.new_column: drop)" for name in left_out),
        *(notes.widening(mine, column) for column, mine in widened),
        *(notes.kept_as_text(mine, new) for new, mine in both if as_text(new.dataType, mine.dataType)),
        *notes.missing(missing, unknown, partly),
    )
    return Differences(added, tuple(column for column, _ in widened), frozenset(dropped), said)


def _drops(name: str, policy: Policy) -> bool:
    undeclared = name.lower() not in policy.declared and not policy.is_own(name)
    return undeclared and policy.drift.new_column == "drop"


def _refuse_new(added: Sequence[StructField], policy: Policy) -> None:
    new = [c.name for c in added if c.name.lower() not in policy.declared and not policy.is_own(c.name)]
    if new and policy.drift.new_column == "fail":
        raise SinkError(
            f"the batch has {notes.listed(new)}, which the table does not have",
            hint="declare it under `columns`, or set `drift.new_column` to evolve or drop",
        )


def _is_wider(incoming: StructField, held: StructField, policy: Policy) -> bool:
    """Raises SinkError where the value has no place in the table's column, nor in a wider one."""
    how = relation(incoming.dataType, held.dataType)
    nested = isinstance(held.dataType, StructType)
    if how == "same" or (how == "narrower" and not (nested and policy.is_own(held.name))):
        return False
    types = f"{held.dataType.simpleString()} in the table"
    arriving = incoming.dataType.simpleString()
    if held.name.lower() in policy.declared:
        types += f", and the contract makes it {arriving}"
        hint = f"give it another name, or {ANEW}"
    else:
        types += f", and the batch brings {arriving}"
        hint = "set `drift.changed_type: quarantine` to set aside the rows whose value does not convert"
    if nested:
        hint = f"take a new field out as a column of its own (`source: {held.name}.field`), or {ANEW}"
    if how != "wider":
        raise SinkError(f"column {held.name!r} is {types}", hint=hint)
    if policy.drift.widened_type == "fail":
        raise SinkError(
            f"column {held.name!r} is {types}", hint="set `drift.widened_type: evolve` to widen the column"
        )
    return True


def _gone(batch: StructType, held: StructType, policy: Policy) -> list[str]:
    """Columns of the table that the batch lacks, unless the contract wants undeclared ones left out."""
    given = {name.lower() for name in batch.names}
    if policy.declared and policy.drift.new_column == "drop":
        given |= {name.lower() for name in held.names} - policy.declared
    return [name for name in held.names if name.lower() not in given and not policy.is_own(name)]


def _known(name: str, held: Mapping[str, StructField], policy: Policy) -> bool:
    return name.lower() in policy.sources or name.lower() in held


def _refuse_missing(missing: Sequence[str], partly: Mapping[str, str], policy: Policy) -> None:
    if policy.drift.missing_column != "fail" or not (missing or partly):
        return
    where = "the batch lacks " + notes.listed(missing)
    if not missing:
        where = "; ".join(f"column {name} is missing in {files}" for name, files in partly.items())
    raise SinkError(where, hint="set `drift.missing_column: fill_null` to go on with NULL there")
