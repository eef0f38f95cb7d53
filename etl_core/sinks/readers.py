"""What a table has to be so that a reader understands it: properties that Strata gives to new tables, and
what it refuses. Each sink's `capabilities.py` says it for its format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_core.sinks.protocol import TargetSpec


@dataclass(frozen=True)
class Need:
    """A table property. `values`: those that the reader understands; of them Strata writes the first, where
    the contract says nothing. `why`: what the reader cannot do, as the end of a sentence."""

    name: str
    values: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Readable:
    """`never`: (why the reader cannot read the format at all, what to do). `column_names`: a pattern that
    names of columns have to match ("": any)."""

    needs: tuple[Need, ...] = ()
    never: tuple[str, str] | None = None
    column_names: str = ""


Readers = Mapping[str, Readable]  # reader -> what it needs; a reader that is not named needs nothing


def needed(readers: Sequence[str], known: Readers) -> dict[str, tuple[str, ...]]:
    """Property -> the values that all of `readers` understand."""
    found: dict[str, tuple[str, ...]] = {}
    for need in _needs(readers, known):
        before = found.get(need.name, need.values)
        found[need.name] = tuple(value for value in before if value in need.values)
    return found


def for_readers(spec: TargetSpec, known: Readers) -> TargetSpec:
    """`spec` with the properties that its readers need; what the contract says of them stands (`validate`
    has looked at it)."""
    wanted = {name: values[0] for name, values in needed(spec.readers, known).items()}
    return replace(spec, properties=tuple(sorted({**wanted, **dict(spec.properties)}.items())))


def contradictions(
    readers: Sequence[str], given: Mapping[str, str], known: Readers
) -> Iterator[tuple[str, str, str]]:
    """(property, what is wrong, what to do) of a contract's properties."""
    for reader in readers:
        for need in known.get(reader, Readable()).needs:
            value = given.get(need.name)
            if value is not None and value.lower() not in [one.lower() for one in need.values]:
                hint = f"write {' or '.join(need.values)}, or take {reader} out of `readers` for this table"
                yield need.name, f"{need.name} is {value!r}, but {reader} reads the table: {need.why}", hint


def _needs(readers: Sequence[str], known: Readers) -> Iterator[Need]:
    for reader in readers:
        yield from known.get(reader, Readable()).needs
