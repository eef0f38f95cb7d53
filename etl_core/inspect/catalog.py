"""The entries of a project in the Glue Data Catalog: found, and removed where no contract stands for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from etl_core.config.project import Project
from etl_core.errors import ConfigError
from etl_core.names import SYSTEM_NAMESPACE
from etl_core.plan.catalogued import CatalogEntry
from etl_core.storage import open_storage

if TYPE_CHECKING:
    from etl_core.sinks.glue_catalog import GlueCatalog

_KINDS = {"ICEBERG": "iceberg", "DELTA": "delta"}  # parameter `table_type` -> format


def catalog_entries(project: Project) -> list[CatalogEntry]:
    """Tables that Strata registered and whose files lie below the environment's warehouse, by name.

    Also in databases of layers that the project does not have any more, as long as they lie there.
    Raises ConfigError where the environment has no shared catalog, SinkError for what AWS refuses.
    """
    catalog = _catalog(project)
    root = open_storage(project.environment.warehouse).uri("").rstrip("/") + "/"
    return sorted(
        (
            _entry(table, database)
            for database in _databases(project, catalog, root)
            for table in catalog.tables(database)
            if _is_ours(table, root)
        ),
        key=lambda entry: entry.table,
    )


def forget(project: Project, entries: Iterable[CatalogEntry]) -> None:
    """Remove `entries` from the catalog. Files stay where they are."""
    catalog = _catalog(project)
    for entry in entries:
        catalog.forget(entry.database, entry.name)


def _catalog(project: Project) -> GlueCatalog:
    if not project.environment.uses_glue:
        name = project.environment_name
        raise ConfigError(
            f"environment {name!r} has no shared catalog: its tables lie in a folder",
            hint="name an environment whose warehouse is on S3 with --env",
        )
    from etl_core.sinks.glue_catalog import GlueCatalog

    return GlueCatalog(project.environment.region)


def _databases(project: Project, catalog: GlueCatalog, root: str) -> Iterator[str]:
    ours = {SYSTEM_NAMESPACE, *(layer.lower() for layer in project.config.layers)}
    for name, location in catalog.databases():
        if name in ours or f"{location.rstrip('/')}/".startswith(root):
            yield name


def _is_ours(table: dict[str, Any], root: str) -> bool:
    marked = "strata.layer" in table.get("Parameters", {})
    return marked and _location(table).startswith(root)


def _entry(table: dict[str, Any], database: str) -> CatalogEntry:
    parameters = table.get("Parameters", {})
    provider = parameters.get("spark.sql.sources.provider") or parameters.get("classification", "")
    return CatalogEntry(
        database=database,
        name=table["Name"],
        of=parameters.get("strata.side_table_of") or f"{database}.{table['Name']}",
        format=_KINDS.get(parameters.get("table_type", "").upper(), provider),
        owner=parameters.get("strata.owner", ""),
        location=_location(table),
        metadata=parameters.get("metadata_location", ""),
    )


def _location(table: dict[str, Any]) -> str:
    return str(table.get("StorageDescriptor", {}).get("Location", ""))
