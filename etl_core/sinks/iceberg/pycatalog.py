"""The Iceberg catalog as pyiceberg opens it, for what reads and writes without Spark."""

from __future__ import annotations

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.names import split_table
from etl_core.sinks.iceberg.catalog import CATALOG, create_database, database, is_made
from etl_core.sinks.iceberg.glue import pyiceberg_settings
from etl_core.storage import open_storage


def open_catalog(environment: EnvironmentConfig) -> Catalog | None:
    """None where there is none yet: looking makes no database."""
    if environment.uses_glue:
        from pyiceberg.catalog.glue import GlueCatalog

        return GlueCatalog(CATALOG, **pyiceberg_settings(environment))
    path = database(environment)
    if not is_made(path):
        return None
    # seconds for which a writer waits for another one
    settings = {"uri": f"sqlite:///{path}?timeout=20", "init_catalog_tables": "false"}
    return SqlCatalog(CATALOG, **settings)


def catalog_for(environment: EnvironmentConfig, table: str) -> tuple[Catalog, str]:
    """The catalog with the table's namespace in it, made if need be, and the folder of the table."""
    storage, layer = open_storage(environment.warehouse), split_table(table)[0]
    if environment.uses_glue:
        from etl_core.sinks.glue_catalog import GlueCatalog

        GlueCatalog(environment.region).ensure_database(table, storage.uri(layer))
    else:
        create_database(environment)
    catalog = open_catalog(environment)
    assert catalog is not None
    if not environment.uses_glue:
        _ensure_namespace(catalog, layer)
    return catalog, storage.uri("/".join(split_table(table)))


def _ensure_namespace(catalog: Catalog, name: str) -> None:
    """Between looking and making another run may be faster, of which the database tells as it likes."""
    try:
        catalog.create_namespace_if_not_exists(name)
    except Exception:
        if not catalog.namespace_exists(name):
            raise
