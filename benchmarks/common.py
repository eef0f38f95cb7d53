"""Shared by the benchmarks: a throw-away project, alternating timings, medians and ratios as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request

RESULTS = Path(__file__).parent / "results"


class Quiet(AbstractContextManager["Quiet"]):
    """Progress that shows nothing."""

    def __init__(self, _total: int) -> None: ...

    def started(self, table: str) -> None: ...

    def stage(self, table: str, stage: str) -> None: ...

    def finished(self, record: TableRecord) -> None:
        if record.error:
            print(f"{record.table}: {record.error}", file=sys.stderr)

    def __exit__(self, *_: object) -> None: ...


def new_project(threads: int = 2) -> Path:
    """An empty project with one layer and one environment; its warehouse lies inside it."""
    root = Path(tempfile.mkdtemp(prefix="strata-bench-"))
    (root / "conf/environments").mkdir(parents=True)
    (root / "conf/tables/raw").mkdir(parents=True)
    (root / "conf/strata.yaml").write_text("name: benchmark\nlayers: [raw]\n")
    (root / "conf/environments/local.yaml").write_text(
        f"profile: glue-5.1\nwarehouse: warehouse\nthreads: {threads}\nspark: {{spark.driver.memory: 4g}}\n"
    )
    return root


def strata_run(root: Path) -> None:
    """One `strata run` in this process; its session stays for the next. Fails unless all went well."""
    outcome = run(Request(root=root, keep_session=True), Quiet)
    if outcome.record.exit_code:
        raise SystemExit(f"strata run ended with {outcome.record.exit_code}")


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def report(name: str, strata: list[float], by_hand: list[float], **facts: object) -> None:
    """Print and keep medians (seconds) and the ratio of each pair."""
    ratios = [s / h for s, h in zip(strata, by_hand, strict=True)]
    result = {
        "benchmark": name,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "strata_seconds": [round(s, 2) for s in strata],
        "by_hand_seconds": [round(s, 2) for s in by_hand],
        "median_strata": round(statistics.median(strata), 2),
        "median_by_hand": round(statistics.median(by_hand), 2),
        "median_ratio": round(statistics.median(ratios), 3),
        **facts,
    }
    _keep(name, result)


def report_sides(name: str, sides: dict[str, list[float]], base: str, **facts: object) -> None:
    """The same for several sides, timed in turn: each against the side `base` of its round."""
    result = {
        "benchmark": name,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "seconds": {side: [round(one, 2) for one in taken] for side, taken in sides.items()},
        "median_seconds": {side: round(statistics.median(taken), 2) for side, taken in sides.items()},
        "median_ratio": {
            side: round(statistics.median(s / b for s, b in zip(taken, sides[base], strict=True)), 3)
            for side, taken in sides.items()
            if side != base
        },
        **facts,
    }
    _keep(name, result)


def _keep(name: str, result: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
