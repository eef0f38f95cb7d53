"""Whether a rule fits the types of the columns it names.

Sources: "Supported column types" on each page of the rule type reference ("DQDL doesn't currently support
nested or list-type column data"), and what Deequ's analyzers ask of a column (Minimum, Maximum and Mean want
numbers, MinLength and PatternMatch texts): a rule that they refuse fails in the run, whatever the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from quality.dqdl.comparisons import condition_kind
from quality.dqdl.conditions import Condition, Operand
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Rule
from quality.dqdl.naming import named_columns
from quality.dqdl.types import RULE_TYPES, Family

# what the values of ColumnValues may be, by the column; a boolean has no spelling of its own in DQDL
_COMPARED_WITH: dict[Family, tuple[str, ...]] = {
    "number": ("number",),
    "text": ("string", "date"),
    "boolean": ("string",),
    "date": ("date",),
    "timestamp": ("date",),
}
_SPELLINGS = {
    "number": "numbers are written without quotes",
    "text": 'texts are written in "double quotes"',
    "boolean": 'write "true" or "false"',
    "date": 'a date is written "2024-12-31" or (now() - 3 days)',
    "timestamp": 'a date is written "2024-12-31" or (now() - 3 days)',
}
_ANY_VALUE = ("IsComplete", "Completeness", "ColumnExists")
_OF_COLUMNS = ("columns", "aggregates")
_NOT_COMPARED: tuple[Family, ...] = ("nested", "binary")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*")
_BOOLEANS = ("true", "false")


def fit_problems(rule: Rule, types: Mapping[str, tuple[Family, str]]) -> Iterator[DqdlError]:
    """What in a well-formed rule does not fit `types`: column -> its family and its type as declared.

    Columns that `types` does not have are left alone.
    """
    known = RULE_TYPES[rule.rule_type]
    if known.names == "metric":  # DetectAnomalies asks of a column what the metric asks of it
        known = RULE_TYPES.get(rule.parameters[0], known)
    for column, index in named_columns(rule.rule_type, rule.parameters):
        if column not in types:
            continue
        family, declared = types[column]
        place, named = rule.places[index], f"`{column}` is {declared}"
        if family == "nested" and rule.rule_type not in _ANY_VALUE and not _asks_for_null(rule):
            hint = "bring what is checked into a column of its own"
            yield DqdlError.at(place, f"{rule.rule_type} does not look into nested columns: {named}", hint)
        elif known.column_types and family not in known.column_types and known.names in _OF_COLUMNS:
            wanted = " or ".join(sorted(known.column_types))
            hint = f"it takes columns of type {wanted}"
            yield DqdlError.at(place, f"{rule.rule_type} does not fit the column: {named}", hint)
        elif rule.rule_type == "ColumnValues" and rule.condition and not _asks_for_null(rule):
            yield from _values(rule.condition, family, named)


def _values(condition: Condition, family: Family, named: str) -> Iterator[DqdlError]:
    if family in _NOT_COMPARED:
        yield DqdlError.at(condition, f"values cannot be compared here: {named}", "compare with NULL only")
        return
    if condition.operator.endswith("matches"):
        if family != "text":
            yield DqdlError.at(
                condition, f"{condition.operator} does not fit the column: {named}", "it is for texts"
            )
        return
    kind = condition_kind(condition)
    for operand in condition.operands:
        if operand.text != "NULL" and not _fits(operand, kind, family):
            message = f"{operand.text} does not fit the column: {named}"
            yield DqdlError.at(operand, message, _SPELLINGS[family])


def _fits(operand: Operand, kind: str, family: Family) -> bool:
    if kind in _COMPARED_WITH[family]:
        text = str(operand.value).lower()
        return family != "boolean" or text in _BOOLEANS
    return family == "timestamp" and _MOMENT.fullmatch(str(operand.value)) is not None


def _asks_for_null(rule: Rule) -> bool:
    operands = rule.condition.operands if rule.condition else ()
    return bool(operands) and all(operand.text == "NULL" for operand in operands)
