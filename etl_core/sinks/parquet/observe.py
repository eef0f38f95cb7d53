"""What Parquet tables hold now, read from their manifests."""

from __future__ import annotations

import json
from collections.abc import Sequence

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.observing import OBSERVERS
from etl_core.sinks.parquet.manifest import Manifest, load_manifest
from etl_core.sinks.types import simple_name
from etl_core.storage import open_storage


def observe(environment: EnvironmentConfig, names: Sequence[str]) -> dict[str, ObservedTable]:
    """Every one of `names`; those without a manifest do not exist. Raises StateError."""
    storage = open_storage(environment.warehouse)
    return {name: _table(load_manifest(storage, name)) for name in names}


def _table(manifest: Manifest | None) -> ObservedTable:
    if manifest is None:
        return ObservedTable()
    current = manifest.current
    live = manifest.live(current.number) if current else ()
    fields = json.loads(manifest.columns)["fields"]
    return ObservedTable(
        exists=True,
        snapshot=str(current.number) if current else "",
        state=current.state if current else None,
        columns=tuple((field["name"], simple_name(field["type"])) for field in fields),
        rows=sum(version.rows for version in live),
        bytes=sum(version.bytes for version in live),
    )


OBSERVERS.add("parquet", observe)
