"""No table starts shortly before its job is stopped from outside: what runs then may come to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import EXIT_RUNTIME, ConfigError
from etl_core.plan.steps import Step
from etl_core.report.progress import Events
from etl_core.report.records import TableRecord
from etl_core.report.wording import duration
from etl_core.run.common.watch import Watch


@dataclass(frozen=True)
class Drain:
    """`deadline`: the last moment at which a table may start, on `clock` (seconds); None: no end."""

    deadline: float | None
    before: float = 0.0
    clock: Callable[[], float] = time.monotonic

    @property
    def over(self) -> bool:
        return self.deadline is not None and self.clock() >= self.deadline


def drain_of(
    timeout: float | None, environment: EnvironmentConfig, clock: Callable[[], float] = time.monotonic
) -> Drain:
    """`timeout`: seconds from now until the job is stopped; None: it is not.

    Raises ConfigError if that leaves no time in which a table could start.
    """
    if timeout is None:
        return Drain(None)
    before = seconds(environment.drain_before_timeout)
    if before >= timeout:
        raise ConfigError(
            f"the job ends after {duration(timeout)}, and no table starts in its last"
            f" {environment.drain_before_timeout}: none could ever start",
            hint="give the job more time, or set `drain_before_timeout` of the environment to less",
        )
    return Drain(clock() + timeout - before, before, clock)


@dataclass(frozen=True)
class Draining:
    """Runs a step as `run_table` does, while there is time; after that, records that it was not started.

    What depends on such a table comes later still, and so is not started either.
    """

    run_table: Callable[[Step], TableRecord]
    drain: Drain
    events: Events
    run_id: str

    def __call__(self, step: Step) -> TableRecord:
        late = self.drain.over and step.action != "nothing"
        return self._not_started(step) if late else self.run_table(step)

    def _not_started(self, step: Step) -> TableRecord:
        watch = Watch(self.events, step, self.run_id)
        why = f"not started: less than {duration(self.drain.before)} were left of the job's time"
        watch.notes = (*watch.notes, f"{why}; the next run takes it up")
        record = watch.record("not_started")
        return record.model_copy(update={"exit_code": EXIT_RUNTIME, "data_state": watch.data_state()})
