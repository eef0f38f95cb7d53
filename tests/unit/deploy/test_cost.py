"""Run records -> usual durations -> warnings and costs, worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl_core.cli.main import main
from etl_core.config.models.deploy import Prices
from etl_core.config.models.schedules import Schedule
from etl_core.config.project import Project
from etl_core.deploy.common.units import flows
from etl_core.deploy.cost.cost import costs, dpus, price
from etl_core.deploy.cost.durations import Durations, usual_durations
from etl_core.deploy.cost.overlaps import overlapping
from etl_core.report.records import RunRecord, Status, TableRecord
from etl_core.report.store import save
from etl_core.storage import open_storage
from tests.unit.deploy.small_deploy import CHANGES, project

PROD = "conf/environments/prod.yaml"
SCHEDULES = "conf/schedules.yaml"
START = datetime(2026, 11, 21, 3, tzinfo=UTC)


def record(number: int, wall: float, tables: dict[str, float], status: Status = "done") -> RunRecord:
    parts = [
        TableRecord(table=name, status=status, started=START, seconds=took) for name, took in tables.items()
    ]
    return RunRecord(
        run_id=f"20261121T03000{number}Z-000000",
        project="shop",
        environment="prod",
        logical_time=START,
        started=START,
        finished=START + timedelta(seconds=wall),
        exit_code=0,
        tables=tuple(parts),
        strata_version="0",
        profile="glue-5.1",
    )


RUNS = (
    record(1, 1200, {"raw.orders": 900, "raw.refunds": 300}),
    record(2, 1000, {"raw.orders": 700, "raw.refunds": 300}),
    record(3, 1100, {"raw.orders": 800, "raw.refunds": 300}),
    record(4, 5, {"raw.orders": 1, "raw.refunds": 1}, "nothing_new"),
    record(5, 60, {"enriched.daily": 30}),
)


def prepared(tmp_path: Path, cron: str = "0 3 * * ? *") -> Project:
    prod = str(CHANGES[PROD]).replace("s3://shop-lake/tables", str(tmp_path / "lake"))
    changes: dict[str, str | None] = {
        PROD: prod,
        SCHEDULES: str(CHANGES[SCHEDULES]).replace("0 3 * * ? *", cron),
    }
    for one in RUNS:
        save(open_storage(str(tmp_path / "lake")), one)
    return project(tmp_path / "project", changes)


def durations(loaded: Project) -> Durations:
    return usual_durations(open_storage(loaded.environment.warehouse))


def test_usual_durations_are_medians_of_runs_that_did_something(tmp_path: Path) -> None:
    loaded = prepared(tmp_path)
    usual = durations(loaded)
    assert usual.table("raw.orders") == 800
    assert usual.table("enriched.weekly") is None
    nightly, daily, weekly = (unit for flow in flows(loaded) for unit in flow.units)
    # the whole run's time where exactly these tables ran together
    assert [usual.unit(unit) for unit in (nightly, daily, weekly)] == [1100, 60, None]


def test_what_a_start_costs(tmp_path: Path) -> None:
    loaded = prepared(tmp_path)
    nightly, reports = costs(flows(loaded), durations(loaded), Prices())
    hours = 1100 / 3600 * 2  # two workers G.1X
    assert nightly.dpu_hours == pytest.approx(hours)
    assert nightly.cost == pytest.approx(hours * 0.44)
    assert nightly.cost_a_month == pytest.approx(hours * 0.44 * 1461 / 48)
    shares = {one.table: one.dpu_hours for one in nightly.tables}
    assert shares == pytest.approx({"raw.orders": hours * 8 / 11, "raw.refunds": hours * 3 / 11})
    assert reports.cost == pytest.approx(60 / 3600 * 2 * 0.29)  # flex, and a minute at least
    assert reports.starts_a_month == pytest.approx(1461 / 48)
    assert reports.unknown == ("shop-prod-reports-enriched-weekly",)


@pytest.mark.parametrize(
    ("worker_type", "workers", "execution", "dpu", "each"),
    [("G.1X", 2, "standard", 2, 0.44), ("G.8X", 3, "flex", 24, 0.29), ("R.2X", 5, "standard", 10, 0.52)],
)
def test_capacity_and_price(worker_type: str, workers: int, execution: str, dpu: int, each: float) -> None:
    schedule = Schedule.model_validate(
        {"select": "*", "worker_type": worker_type, "workers": workers, "execution": execution}
    )
    assert dpus(schedule) == dpu
    assert price(schedule, Prices()) == each


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 3 * * ? *", []),
        ("0/20 * * * ? *", []),  # 1100 s, then 60 s: 19.3 min
        (
            "0/15 * * * ? *",
            [
                "schedule nightly starts every 15 min but usually takes 19 min: its runs would wait for each "
                "other's tables"
            ],
        ),
    ],
)
def test_a_schedule_that_overtakes_itself(tmp_path: Path, cron: str, said: list[str]) -> None:
    loaded = prepared(tmp_path, cron)
    assert list(overlapping(flows(loaded), durations(loaded))) == said


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(tmp_path)
    place = ["cost", "--project", str(tmp_path / "project"), "--env", "prod"]
    with pytest.raises(SystemExit) as left:
        main([*place, "--json"])
    assert left.value.code == 0
    nightly, reports = json.loads(capsys.readouterr().out)
    assert (nightly["schedule"], reports["currency"]) == ("nightly", "USD")
    with pytest.raises(SystemExit):
        main(place)
    out = capsys.readouterr().out
    assert "raw.orders" in out
    assert "never ran" in out
    assert "8.18 USD" in out  # 1100 / 3600 * 2 * 0.44 * 30.4375
