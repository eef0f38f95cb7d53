"""How long tables usually take, from the records of their runs."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from statistics import median

from etl_core.deploy.common.units import Unit
from etl_core.report.store import runs
from etl_core.storage.protocol import Storage

LOOKED_AT = 50  # runs, newest first


class Durations:
    """Medians in seconds over the newest runs that did something."""

    def __init__(self, tables: dict[str, list[float]], together: dict[frozenset[str], list[float]]) -> None:
        self._tables = {name: median(seconds) for name, seconds in tables.items()}
        self._together = {names: median(seconds) for names, seconds in together.items()}

    def table(self, name: str) -> float | None:
        return self._tables.get(name)

    def unit(self, unit: Unit) -> float | None:
        """Of a whole job: a run of exactly its tables if there was one, else its tables one after the
        other, which is the most it can be; None if any of them never ran."""
        if (known := self._together.get(frozenset(unit.tables))) is not None:
            return known
        parts = [self._tables.get(name) for name in unit.tables]
        return sum(part for part in parts if part is not None) if None not in parts else None


def usual_durations(storage: Storage) -> Durations:
    tables: dict[str, list[float]] = defaultdict(list)
    together: dict[frozenset[str], list[float]] = defaultdict(list)
    for record in islice(runs(storage), LOOKED_AT):
        done = [part for part in record.tables if part.status == "done"]
        if record.kind != "run" or not done:
            continue
        for part in done:
            tables[part.table].append(part.seconds)
        if len(done) == len(record.tables):
            names = frozenset(part.table for part in done)
            together[names].append((record.finished - record.started).total_seconds())
    return Durations(tables, together)
