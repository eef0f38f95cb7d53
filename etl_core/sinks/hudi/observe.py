"""What Hudi tables hold now, read from their timelines."""

from __future__ import annotations

from collections.abc import Sequence

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.hudi.files import visible_files
from etl_core.sinks.hudi.history import columns_of, last_state, row_count
from etl_core.sinks.hudi.properties import load_properties
from etl_core.sinks.hudi.timeline import load_timeline
from etl_core.sinks.observing import OBSERVERS
from etl_core.sinks.types import simple_name
from etl_core.storage import open_storage
from etl_core.storage.protocol import Storage


def observe(environment: EnvironmentConfig, names: Sequence[str]) -> dict[str, ObservedTable]:
    """Every one of `names`; those without `.hoodie` do not exist. Raises StateError."""
    storage = open_storage(environment.warehouse)
    return {name: _table(storage, name) for name in names}


def _table(storage: Storage, name: str) -> ObservedTable:
    properties = load_properties(storage, name)
    if properties is None:
        return ObservedTable()
    timeline = load_timeline(storage, name)
    fields = columns_of(properties, timeline)["fields"]
    own = [field for field in fields if field["name"] not in properties.hidden]
    return ObservedTable(
        exists=True,
        snapshot=timeline.last,
        state=last_state(storage, name, timeline),
        columns=tuple((field["name"], simple_name(field["type"])) for field in own),
        rows=row_count(timeline),
        bytes=sum(visible_files(storage, name, timeline).values()),
    )


OBSERVERS.add("hudi", observe)
