"""Every sink x mode: insert, update, delete, late, replay, empty batch, all rows bad, drift, compaction and
expiry between runs, a failed publish, a rewind. The steps and their rows: story.py."""

from __future__ import annotations

from collections import Counter

import pytest
from pyspark.sql import SparkSession

from tests.contract.story import STEPS, Seen, Story, stories

TOLD: dict[str, Story] = {}
HOW = {step.name: step.how for step in STEPS}


@pytest.fixture
def seen(
    request: pytest.FixtureRequest, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """The story of a format is told once, when its first test asks."""
    kind, mode, step = request.param
    if kind not in TOLD:
        TOLD[kind] = Story(spark, tmp_path_factory.mktemp(kind), kind)
        TOLD[kind].tell()
    return TOLD[kind].seen[mode][step]


def _cases() -> list[object]:
    """In `make test` the stories of two formats; the others in `make proof`."""
    quick = ("iceberg", "parquet")
    return [
        pytest.param(case, id="-".join(case), marks=[] if case[0] in quick else pytest.mark.proof)
        for case in stories()
    ]


@pytest.mark.parametrize("seen", _cases(), indirect=True)
def test_step(seen: Seen, request: pytest.FixtureRequest) -> None:
    _, mode, step = request.node.callspec.params["seen"]
    ends_well(seen, mode, step)
    columns = sorted({name for row in seen.rows for name in row})
    found = Counter(tuple(row[name] for name in columns) for row in seen.rows)
    assert found == Counter(tuple(row.get(name) for name in columns) for row in seen.expected)
    assert seen.quarantined == seen.expected_quarantined


def ends_well(seen: Seen, mode: str, step: str) -> None:
    """The status that the run reports of the table."""
    record = seen.record
    assert record is not None
    if HOW[step].startswith("fail"):
        assert (record.status, record.exit_code) == ("failed", 4)
        assert "the network is gone" in record.error
    elif step == "empty batch" and mode.startswith("snapshot"):
        assert (record.status, record.exit_code) == ("blocked", 3)
    else:
        assert record.exit_code == 0, f"{record.stage}: {record.error}"
    if step in ("nothing new", "run once more"):
        assert record.status == "nothing_new"
