"""`strata history` tells kinds of runs apart, once there are several."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from etl_core.report.history import print_runs
from etl_core.report.records import RunRecord

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(("kinds", "told"), [(("run", "run"), False), (("run", "rewind"), True)])
def test_kinds_are_told_where_they_differ(kinds: tuple[str, ...], told: bool) -> None:
    out = io.StringIO()
    records = [
        RunRecord(
            run_id=f"r{n}",
            project="shop",
            environment="local",
            logical_time=AT,
            started=AT,
            finished=AT,
            exit_code=0,
            tables=(),
            strata_version="1",
            profile="glue-5.1",
            kind=kind,
        )
        for n, kind in enumerate(kinds)
    ]
    print_runs(records, Console(file=out, width=100))
    head, _, *rows = out.getvalue().splitlines()
    assert ("kind" in head) == told
    assert ("rewind" in rows[1]) == told
