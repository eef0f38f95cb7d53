"""Rows of an Iceberg table by pyiceberg, a batch of Arrow at a time."""

from __future__ import annotations

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.expressions.parser import parse

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.condition import bound_condition
from etl_core.sinks.iceberg.pycatalog import open_catalog
from etl_core.sinks.scanning import SCANNERS, Rows, Wanted, visible


def scan(environment: EnvironmentConfig, name: str, wanted: Wanted) -> Rows | None:
    """As `scanning.Scanner` says. Looking makes no database where there is none."""
    catalog = open_catalog(environment)
    return scan_catalog(catalog, name, wanted) if catalog else None


def scan_catalog(catalog: Catalog, name: str, wanted: Wanted) -> Rows | None:
    try:
        table = catalog.load_table(name)
    except (NoSuchTableError, NoSuchNamespaceError):
        return None
    columns = visible(
        [field.name for field in table.schema().fields], all_columns=wanted.all_columns, only=wanted.columns
    )
    if wanted.where:
        bound_condition(wanted.where, table.schema())  # for its errors; the scan binds by itself
    condition = parse(wanted.where) if wanted.where else AlwaysTrue()
    batches = table.scan(condition, columns, limit=wanted.limit).to_arrow_batch_reader()
    return Rows(columns, (row for batch in batches for row in batch.to_pylist()))


SCANNERS.add("iceberg", scan)
