"""`strata show --where`: one way to write a condition, whatever the table's format."""

from __future__ import annotations

from pyiceberg.expressions import BooleanExpression
from pyiceberg.expressions.parser import parse
from pyiceberg.expressions.visitors import bind
from pyiceberg.schema import Schema
from pyparsing import ParseException

from etl_core.errors import PlanError

SYNTAX = "write it as: city = 'Tampa' and (age > 30 or age is null) and id in (1, 2) and name like 'S%'"


def bound_condition(where: str, schema: Schema) -> BooleanExpression:
    """The condition over the columns of `schema`. Raises PlanError if it cannot be read, names an
    unknown column or compares with a value that is not of the column's type."""
    try:
        return bind(schema, parse(where), case_sensitive=True)
    except ParseException as error:
        text = f"--where {where!r}: cannot be read from character {error.column}"
        raise PlanError(text, hint=SYNTAX) from None
    except ValueError as error:
        columns = ", ".join(field.name for field in schema.fields)
        raise PlanError(f"--where {where!r}: {error}", hint=f"columns: {columns}") from None
