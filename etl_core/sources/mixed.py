"""Files of one batch that differ in their columns: put together by name, without a difference being lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from pyspark.errors import AnalysisException
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import AtomicType, DataType, DecimalType, FractionalType, StringType

from etl_core.config.models.columns import Column
from etl_core.errors import SourceError
from etl_core.names import quote
from etl_core.parse.widths import relation
from etl_core.sources.formats.protocol import FileRead, Labelled
from etl_core.sources.protocol import MISSING_IN
from etl_core.sources.rows import SYSTEM_COLUMNS

SHOWN_FILES = 3


@dataclass(frozen=True)
class Group:
    """Files of one schema and their rows, with the system columns."""

    rows: DataFrame
    files: tuple[Labelled, ...]

    @property
    def types(self) -> dict[str, DataType]:
        """Of the received columns, by name in small letters."""
        return {f.name.lower(): f.dataType for f in self.rows.schema if f.name not in SYSTEM_COLUMNS}


def union(request: FileRead, groups: Sequence[Group]) -> DataFrame:
    """Columns unified by name without regard to case; system columns last. Where a group lacks a column
    it is NULL, and the column's metadata say which files these are (`MISSING_IN`).

    A narrower type becomes the wider one. Types that do not go together become text, which the parse
    stage judges value by value; raises SourceError for an undeclared column if `drift` says fail.
    """
    if len(groups) == 1:
        return groups[0].rows
    conflicts = _conflicts(request, groups)
    frames = [_as_text(group.rows, conflicts) for group in groups]
    try:
        rows = reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)
    except AnalysisException as error:
        files = ", ".join(group.files[0].file.path for group in groups)
        reason = str(error).partition("\n")[0]
        raise SourceError(f"the columns of {files} do not go together: {reason}") from error
    return _remembered(rows, groups)


def _conflicts(request: FileRead, groups: Sequence[Group]) -> frozenset[str]:
    found: dict[str, dict[str, tuple[DataType, Group]]] = defaultdict(dict)
    for group in groups:
        for name, kind in group.types.items():
            found[name].setdefault(kind.simpleString(), (kind, group))
    conflicts = {name: list(kinds.values()) for name, kinds in found.items() if _conflicting(kinds)}
    if request.drift.changed_type == "fail":
        declared = _declared(request.columns)
        for name, kinds in conflicts.items():
            if name not in declared:
                raise _refusal(name, kinds)
    return frozenset(conflicts)


def _conflicting(kinds: dict[str, tuple[DataType, Group]]) -> bool:
    """Spark would make text of some of these without a word, and lose digits of others."""
    types = [kind for kind, _ in kinds.values()]
    if all(type(kind) is type(types[0]) and not isinstance(kind, AtomicType) for kind in types):
        return False  # Spark unifies structs field by field, and says where it cannot
    return not all(_goes(one, other) or _goes(other, one) for one, other in combinations(types, 2))


def _goes(narrow: DataType, wide: DataType) -> bool:
    """Without a loss, and without becoming text."""
    same = narrow.simpleString() == wide.simpleString()
    return same or (not isinstance(wide, StringType) and relation(narrow, wide) == "narrower")


def _declared(columns: Sequence[Column]) -> frozenset[str]:
    """A source name may reach into a struct: then its first part is the column."""
    names = [(column.source or column.name).lower() for column in columns]
    return frozenset(part for name in names for part in (name, name.partition(".")[0]))


def _refusal(name: str, kinds: Sequence[tuple[DataType, Group]]) -> SourceError:
    seen = " and ".join(f"{kind.simpleString()} in {group.files[0].file.path}" for kind, group in kinds)
    hint = "declare the column with its type, or set `drift.changed_type: quarantine`"
    return SourceError(f"column {name!r} is {seen}", hint=hint)


def _as_text(rows: DataFrame, names: frozenset[str]) -> DataFrame:
    texts = {}
    for field in rows.schema:
        if field.name.lower() in names:
            texts[field.name] = _text(F.col(quote(field.name)), field.dataType)
    return rows.withColumns(texts) if texts else rows


def _text(column: SparkColumn, kind: DataType) -> SparkColumn:
    if not isinstance(kind, AtomicType):
        return F.to_json(column)
    if isinstance(kind, FractionalType) and not isinstance(kind, DecimalType):  # 9.0 is the whole number 9
        whole = column.cast("bigint")
        return F.when(column == whole, whole.cast("string")).otherwise(column.cast("string"))
    return column.cast("string")


def _remembered(rows: DataFrame, groups: Sequence[Group]) -> DataFrame:
    received = [name for name in rows.columns if name not in SYSTEM_COLUMNS]
    columns = []
    for name in received:
        lacking = [file for group in groups if name.lower() not in group.types for file in group.files]
        column = F.col(quote(name))
        columns.append(column.alias(name, metadata={MISSING_IN: _named(lacking)}) if lacking else column)
    return rows.select(*columns, *SYSTEM_COLUMNS)


def _named(files: Sequence[Labelled]) -> str:
    names = ", ".join(item.label for item in files[:SHOWN_FILES])
    return names if len(files) <= SHOWN_FILES else f"{len(files)} files ({names}, ...)"
