"""The table `_strata.metrics` as it is, if it is there: for what reads and for what writes."""

from __future__ import annotations

from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.table import Table

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.names import METRICS
from etl_core.sinks.iceberg.pycatalog import open_catalog


def held(environment: EnvironmentConfig) -> Table | None:
    """None before the first run that judged something."""
    catalog = open_catalog(environment)
    try:
        return catalog.load_table(METRICS) if catalog else None
    except (NoSuchTableError, NoSuchNamespaceError):
        return None
