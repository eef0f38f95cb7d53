"""`strata show --where`: one way to write a condition, whatever the table's format."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyiceberg.expressions import BooleanExpression
from pyiceberg.expressions.parser import parse
from pyiceberg.expressions.visitors import bind
from pyiceberg.io.pyarrow import expression_to_pyarrow, pyarrow_to_schema
from pyiceberg.schema import Schema
from pyiceberg.table.name_mapping import NameMapping
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


def arrow_condition(where: str, schema: Any) -> Any:
    """The condition as pyarrow's, over rows of an Arrow `schema`; None for "". Conditions are over plain
    columns; lists and structs are left out. Raises PlanError as `bound_condition`."""
    if not where:
        return None
    known = [field for field in schema if not pa.types.is_nested(field.type) and field.type != pa.null()]
    plain = pa.schema(known)
    ids = [{"field-id": at, "names": [name]} for at, name in enumerate(plain.names, start=1)]
    columns = pyarrow_to_schema(plain, name_mapping=NameMapping.model_validate(ids))
    return expression_to_pyarrow(bound_condition(where, columns), columns)
