"""Fitting a batch and its table to each other: columns are added, types widened, values cast."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from etl_core.names import DELETE, quote
from etl_core.parse.widths import fitted, relation
from etl_core.run.columns.drift import Policy, differences
from etl_core.sinks.protocol import SinkTable

EVOLVE = Policy()


@dataclass(frozen=True)
class Aligned:
    """The rows in the table's types, and what was done to the table or is missing in the rows."""

    rows: DataFrame
    notes: tuple[str, ...]


def align(target: SinkTable, rows: DataFrame) -> DataFrame:
    """`fit` for a table of Strata's own: whatever it lacks is added."""
    return fit(target, rows, EVOLVE).rows


def fit(target: SinkTable, rows: DataFrame, policy: Policy) -> Aligned:
    """Create or change the table so that it takes the rows. Columns the rows lack are the sink's business:
    it writes NULL.

    Raises SinkError when the contract refuses a difference, or nothing can be done about it.
    """
    if not target.exists():
        target.create(_stored(rows.schema))
        found, held = differences(rows.schema, None, policy), target.schema()
    else:
        held = target.schema()
        found = differences(rows.schema, held, policy)
        if found.added:
            target.add_columns(found.added)
        if found.widened:
            target.widen_columns(found.widened)
        held = target.schema() if found.added or found.widened else held
    return Aligned(_fitted(rows, held, found.dropped), found.notes)


def alters(target: SinkTable, rows: DataFrame, policy: Policy) -> bool:
    """Whether `fit` would change a table that readers see already. Raises SinkError as `fit` does."""
    if not target.exists():
        return False
    found = differences(rows.schema, target.schema(), policy)
    return bool(found.added or found.widened)


def _stored(schema: StructType) -> StructType:
    return StructType([field for field in schema.fields if field.name != DELETE])


def _fitted(rows: DataFrame, held: StructType, dropped: frozenset[str]) -> DataFrame:
    columns = {field.name.lower(): field for field in held}
    kept = [field for field in rows.schema.fields if field.name not in dropped]
    return rows.select(*[_column(field, columns.get(field.name.lower())) for field in kept])


def _column(incoming: StructField, held: StructField | None) -> Column:
    column = F.col(quote(incoming.name))
    if held is None or relation(incoming.dataType, held.dataType) == "same":
        return column
    return fitted(column, incoming.dataType, held.dataType).alias(incoming.name)
