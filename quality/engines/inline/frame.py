"""What is known of a frame before anything runs: its columns, their types, and the time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from etl_core.names import quote
from quality.dqdl.types import Family
from quality.earlier import NOTHING, Earlier
from quality.engines.refusals import UnjudgeableError

_INTEGRAL = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 19}  # type -> decimal digits
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys((*_INTEGRAL, "float", "double", "decimal"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    **dict.fromkeys(("timestamp", "timestamp_ntz"), "timestamp"),
    "boolean": "boolean",
    "date": "date",
    "binary": "binary",
}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Column:
    """`sql` names it in an expression; `type` is Spark's simple name for its type (`decimal(10,2)`)."""

    sql: str
    type: str

    @property
    def family(self) -> Family:
        """Everything that is none of the simple types counts as nested: it is not compared."""
        return _FAMILIES.get(self.type.partition("(")[0], "nested")

    @property
    def fractional(self) -> bool:
        """Whether it holds binary fractions, and so perhaps NaN."""
        return self.type in ("float", "double")

    @property
    def digits(self) -> tuple[int, int] | None:
        """Decimal digits before and behind the point; None for other numbers and types."""
        if self.type in _INTEGRAL:
            return _INTEGRAL[self.type], 0
        found = _DECIMAL.fullmatch(self.type)
        return (int(found[1]) - int(found[2]), int(found[2])) if found else None


@dataclass(frozen=True)
class Frame:
    """`columns`: those that rules see, name -> type. `fields`: those within structs, dotted name -> column.
    `now`: the moment with which freshness and `now()` compare, in UTC. `only`: SQL, never NULL: which rows
    are judged; empty: all. `earlier`: results of earlier runs. `references`: other datasets, by the names
    that rules have for them."""

    columns: Mapping[str, str]
    now: datetime
    fields: Mapping[str, Column] = field(default_factory=dict)
    only: str = ""
    earlier: Earlier = NOTHING
    references: Mapping[str, Frame] = field(default_factory=dict)

    def reference(self, name: str) -> Frame:
        """Another dataset. Raises UnjudgeableError where it is not there."""
        if name not in self.references:
            raise UnjudgeableError(f"there is no dataset `{name}` to compare with")
        return self.references[name]

    def column(self, name: str) -> Column:
        """The column that a rule names: as it is spelt, in backquotes, in another case, or as `struct.field`.

        Raises UnjudgeableError where there is none.
        """
        bare = name[1:-1] if len(name) > 2 and name[0] == name[-1] == "`" else name
        for exact in (name, bare):
            if exact in self.columns:
                return Column(quote(exact), self.columns[exact])
        if name in self.fields:
            return self.fields[name]
        alike = _alike(bare, self.columns)
        if len(alike) != 1:
            raise UnjudgeableError(f"the data has no column `{bare}`")
        return Column(quote(alike[0]), self.columns[alike[0]])

    def text(self, name: str) -> Column:
        return self._of(name, ("text",), "a text")

    def number(self, name: str) -> Column:
        return self._of(name, ("number",), "a number")

    def simple(self, name: str) -> Column:
        """A column whose values can be compared with each other."""
        found = self.column(name)
        if found.family == "nested":
            raise UnjudgeableError(f"`{name}` is {_short(found.type)}: nested values are not compared")
        return found

    def dated(self, name: str) -> Column:
        """A column whose values are days, have one, or spell one."""
        return self._of(name, ("date", "timestamp", "text"), "a date")

    def _of(self, name: str, families: tuple[Family, ...], wanted: str) -> Column:
        found = self.column(name)
        if found.family not in families:
            raise UnjudgeableError(f"`{name}` is {_short(found.type)}, not {wanted}")
        return found


def _alike(name: str, columns: Iterable[str]) -> list[str]:
    return [column for column in columns if column.casefold() == name.casefold()]


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
