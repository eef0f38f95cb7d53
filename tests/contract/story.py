"""One story that every table lives through, whatever its format and mode: a step is a behaviour.

All modes of a format are tables of one project, so that a step is one run. After each step it is noted
what readers saw, and what the oracles of tests/oracles say; test_modes.py compares.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import RunRecord, TableRecord
from etl_core.run.common.engine import Engine
from etl_core.run.entry import run
from etl_core.run.progress.rewind import Wish, rewind
from etl_core.run.request import Request
from etl_core.runtime.installed import installed_profile
from etl_core.validate import validate
from tests.contract.foreign import compact, expire
from tests.contract.steps import STEPS, Step, sent
from tests.streams.delivery import HEADER, write
from tests.streams.expect import Oracle
from tests.streams.modes import MODES, format_of, kinds
from tests.streams.table import contract
from tests.warehouse import Warehouse


@dataclass(frozen=True)
class Seen:
    """A table after a step."""

    record: TableRecord | None
    rows: list[dict[str, Any]]
    expected: list[dict[str, Any]]
    quarantined: int
    expected_quarantined: int


@dataclass
class Story:
    """`seen[mode][step]`. `kind`: a format, or `hudi-mor`; `modes`: those that live through it."""

    spark: SparkSession
    root: Path
    kind: str
    modes: tuple[str, ...]
    seen: dict[str, dict[str, Seen]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.oracles: dict[str, Oracle] = {name: MODES[name].oracle() for name in self.modes}
        self.warehouse = Warehouse(self.spark, self.root / "warehouse")
        self.runs: list[RunRecord] = []
        self.before: dict[str, tuple[list[dict[str, Any]], int]] = {}
        write_project(self.root, self.kind, self.modes)

    def tell(self) -> None:
        for number, step in enumerate(STEPS):
            self._arrive(number, step)
            record = self._run(step)
            for mode in self.modes:
                self.seen.setdefault(mode, {})[step.name] = self._look(mode, step, record)
            self._leave(step)

    def _arrive(self, number: int, step: Step) -> None:
        for mode in self.modes:
            lines = sent(number, step, snapshot=MODES[mode].mode == "snapshot")
            landing = self.root / "landing" / mode
            if lines is None:
                continue
            if not lines:
                empty(landing, step)
            write(landing, lines)
            oracle = self.oracles[mode]
            self.before[mode] = (oracle.rows, oracle.quarantined)
            oracle.apply(lines, number)
        if step.how == "touch":
            for path in self.root.glob("landing/*/*.csv"):
                path.touch()

    def _run(self, step: Step) -> RunRecord:
        if step.how in ("compact", "expire"):
            for mode in self.modes:
                table = self.warehouse.open(f"raw.{mode}", format_of(self.kind))
                (compact if step.how == "compact" else expire)(table, format_of(self.kind))
        if step.how == "rewind":
            return self._rewind()
        with failing(step.how):
            record = run(Request(self.root, keep_session=True)).record
        self.runs.append(record)
        return record

    def _rewind(self) -> RunRecord:
        """To the run before the last one that published."""
        project, problems = validate(self.root)
        assert project is not None
        assert not problems
        done = rewind(project, Wish(to=self.runs[-2].run_id), lambda _: True, keep_session=True)
        assert done is not None
        return done.record

    def _look(self, mode: str, step: Step, record: RunRecord) -> Seen:
        oracle = self.oracles[mode]
        rows, quarantined = oracle.rows, oracle.quarantined
        if step.how in ("fail before", "rewind"):
            rows, quarantined = self.before[mode]
        found = next((table for table in record.tables if table.table == f"raw.{mode}"), None)
        name, format_name = f"raw.{mode}", format_of(self.kind)
        return Seen(
            found,
            self.warehouse.rows(name, format_name),
            rows,
            len(self.warehouse.side(name, "quarantine", format_name)),
            quarantined,
        )

    def _leave(self, step: Step) -> None:
        """An extract that blocks waits until somebody takes it away."""
        if step.extract == {}:
            for path in self.root.glob(f"landing/snapshot*/{step.date}/*.csv"):
                path.unlink()


def write_project(root: Path, kind: str, modes: tuple[str, ...]) -> None:
    files = {
        "conf/strata.yaml": "name: story\nlayers: [raw]\n",
        "conf/environments/local.yaml": f"profile: {installed_profile()}\nwarehouse: warehouse\n",
    }
    for mode in modes:
        text = contract(f"raw.{mode}", f"landing/{mode}", kind, MODES[mode], new_column="evolve")
        files[f"conf/tables/raw/{mode}.yaml"] = text
        (root / "landing" / mode).mkdir(parents=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def empty(landing: Path, step: Step) -> None:
    """A file without rows."""
    path = landing / (f"{step.date}/all.csv" if landing.name.startswith("snapshot") else "empty.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "\n")


@contextmanager
def failing(how: str) -> Any:
    """`fail before`, `fail after`: the publish of a table, and not of its side tables, loses the network."""
    if not how.startswith("fail"):
        yield
        return
    opened = Engine.target

    def target(*arguments: Any) -> Any:
        return Unlucky(opened(*arguments), after=how == "fail after")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "target", target)
        yield


class Unlucky:
    """A table whose publish fails, before or after it was done."""

    def __init__(self, table: Any, *, after: bool) -> None:
        self._table = table
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def publish(self, *arguments: Any) -> Any:
        if self._after:
            self._table.publish(*arguments)
        raise ConnectionError("the network is gone")


def stories() -> list[tuple[str, str, str]]:
    """(kind of format, mode, step)"""
    return [
        (kind, mode, step.name)
        for kind in kinds()
        for mode, it in MODES.items()
        if it.of(kind)
        for step in STEPS
    ]
