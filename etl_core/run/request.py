"""What a run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etl_core.plan.asked import ORDINARY, Asked
from etl_core.report.records import Launch


@dataclass(frozen=True)
class Request:
    """What was asked for. `lock_timeout` in seconds; `logical_time` is now (UTC) unless given. `timeout`:
    seconds after which the whole process is stopped from outside; `launch`: the job that it is part of."""

    root: Path
    environment: str | None = None
    select: str | None = None
    logical_time: datetime | None = None
    run_id: str | None = None
    lock_timeout: float = 0.0
    keep_session: bool = False  # another run follows in this process
    asked: Asked = ORDINARY
    timeout: float | None = None
    launch: Launch | None = None
