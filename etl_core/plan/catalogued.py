"""What a shared catalog says it has of a project, and which of it no contract stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from etl_core.config.models.base import Model


class CatalogEntry(Model):
    """One table that Strata registered. `of`: the table whose contract it needs, which for a side table is
    the one it stands beside. `metadata`: Iceberg's newest metadata file, to which only the entry points."""

    database: str
    name: str
    of: str
    format: str
    owner: str = ""
    location: str = ""
    metadata: str = ""

    @property
    def table(self) -> str:
        return f"{self.database}.{self.name}"


def orphans(entries: Iterable[CatalogEntry], tables: Collection[str]) -> list[CatalogEntry]:
    """Those of `entries` whose table is none of `tables`: it was renamed, or its contract was removed."""
    known = {name.lower() for name in tables}
    return [entry for entry in entries if entry.of.lower() not in known]
