"""Reading `_strata.metrics`: the newest judgements first, without opening the files of all runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.metrics.conditions import at_least, equal, known, missing
from etl_core.metrics.held import held
from etl_core.metrics.model import MetricRow, Series, series_of
from quality.earlier import Earlier, Key

_WINDOWS = (2, 10, 50, 250, None)  # days to look back, until that is enough; None: all there is
_ORDINARY = "run"


def earlier(environment: EnvironmentConfig, table: str, ruleset: str, count: int) -> Earlier:
    """At least the last `count` results of each metric that more than half of the judgements have.

    Only what was published and not rewound since; of `rules`, which judge a batch, only ordinary runs:
    a backfill, a full refresh or a requeue is no batch like the others. Raises what pyiceberg raises.
    """
    wanted = And(
        equal("table", table),
        equal("ruleset", ruleset),
        known("published_as"),
        missing("rewound_by"),
        known("value"),
    )
    if ruleset == "rules":
        wanted = And(wanted, equal("kind", _ORDINARY))
    rows = sorted(
        _newest(environment, wanted, 2 * count),
        key=lambda row: (row.recorded_at, row.run_id, row.batch),
        reverse=True,
    )
    found: dict[Key, dict[tuple[str, int], float]] = {}
    for row in rows:  # two rules may have found the same number
        key, value = (row.measure or "", row.metric or ""), row.value
        if value is not None:
            found.setdefault(key, {}).setdefault((row.run_id, row.batch), value)
    return Earlier({key: tuple(values.values())[:count] for key, values in found.items()})


def trends(environment: EnvironmentConfig, runs: int, table: str = "") -> list[Series]:
    """Every metric over the last `runs` runs, of one table or of all. Raises as `earlier`."""
    wanted: BooleanExpression = equal("table", table) if table else AlwaysTrue()
    rows = _newest(environment, wanted, runs)
    newest = sorted({(row.recorded_at, row.run_id) for row in rows}, reverse=True)[:runs]
    kept = {run_id for _, run_id in newest}
    return series_of(row for row in rows if row.run_id in kept)


def _newest(environment: EnvironmentConfig, wanted: BooleanExpression, judgements: int) -> list[MetricRow]:
    """Rows of the newest judgements, `judgements` of them or more if there are as many."""
    table = held(environment)
    rows: list[MetricRow] = []
    if table is None:
        return rows
    now = datetime.now(UTC)
    for days in _WINDOWS:
        asked = wanted
        if days is not None:
            asked = And(wanted, at_least("recorded_at", (now - timedelta(days=days)).isoformat()))
        rows = [MetricRow(**row) for row in table.scan(asked).to_arrow().to_pylist()]
        if _judgements(rows) >= judgements:
            break
    return rows


def _judgements(rows: Iterable[MetricRow]) -> int:
    return len({(row.run_id, row.batch) for row in rows})
