"""Every sink x mode: insert, update, delete, late, replay, empty batch, all rows bad, drift, compaction and
expiry between runs, a failed publish, a rewind. The steps and their rows: story.py."""

from __future__ import annotations

from collections import Counter

import pytest
from pyspark.sql import SparkSession

from tests.contract.story import STEPS, Seen, Story, stories

# In `make test`; all the others in `make proof`.
QUICK = {
    *(("iceberg", mode) for mode in ("append", "merge", "cdc", "cdc_scd2")),
    *(("parquet", mode) for mode in ("append", "overwrite")),
    ("hudi", "cdc"),
}
TOLD: dict[tuple[str, bool], Story] = {}
HOW = {step.name: step.how for step in STEPS}


@pytest.fixture
def seen(
    request: pytest.FixtureRequest,
    spark: SparkSession,
    tmp_path_factory: pytest.TempPathFactory,
    large_delta: None,
) -> Seen:
    """The quick modes of a format live through one story, the others through another; each is told once,
    when its first test asks."""
    kind, mode, step = request.param
    quick = (kind, mode) in QUICK
    if (kind, quick) not in TOLD:
        TOLD[kind, quick] = Story(spark, tmp_path_factory.mktemp(kind), kind, _modes(kind, quick=quick))
        TOLD[kind, quick].tell()
    return TOLD[kind, quick].seen[mode][step]


def _modes(kind: str, *, quick: bool) -> tuple[str, ...]:
    told = (mode for of, mode, _ in stories() if of == kind and ((of, mode) in QUICK) == quick)
    return tuple(dict.fromkeys(told))


def _cases() -> list[object]:
    return [
        pytest.param(case, id="-".join(case), marks=[] if case[:2] in QUICK else pytest.mark.proof)
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
