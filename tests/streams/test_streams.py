"""At least 200 streams for each format and mode, compared with the oracle after every batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.streams.modes import MODES, combinations
from tests.streams.proof import prove

STREAMS = 200
# In `make test`; all the others in `make proof`.
QUICK = {
    ("delta", "append"),
    ("delta", "cdc"),
    ("hudi", "cdc"),
    *(("iceberg", mode) for mode in ("append", "overwrite", "merge", "cdc")),
    *(("parquet", mode) for mode in ("append", "overwrite")),
}
SEED = 4  # the same in every run; `make fuzz` takes others


def _cases() -> list[object]:
    return [pytest.param(*pair, marks=[] if pair in QUICK else pytest.mark.proof) for pair in combinations()]


@pytest.mark.usefixtures("large_delta")
@pytest.mark.parametrize(("kind", "mode_name"), _cases())
def test_streams(spark: SparkSession, tmp_path: Path, kind: str, mode_name: str) -> None:
    wrong = prove(spark, tmp_path, kind, mode_name, count=STREAMS, seed=SEED)
    assert not wrong, wrong


def test_no_combination_is_missing() -> None:
    """Three formats do everything; a folder of Parquet files cannot change single rows."""
    everything = {(name, mode) for name in ("delta", "hudi", "hudi-mor", "iceberg") for mode in MODES}
    assert set(combinations()) == everything | {("parquet", "append"), ("parquet", "overwrite")}
