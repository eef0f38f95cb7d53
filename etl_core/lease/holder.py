"""Who holds a table: what a lease object says, and whether that holder can still be alive."""

from __future__ import annotations

import functools
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import psutil

from etl_core.config.models.base import Model

BEAT_SECONDS = 5.0
STALE_SECONDS = 12 * BEAT_SECONDS  # longer than a pause of the machine or of its disk


class Holder(Model):
    """One lease object. Times are UTC; `started` is the process's start in seconds since 1970."""

    token: int
    run_id: str
    host: str
    machine: str
    pid: int
    started: float
    acquired_at: datetime
    heartbeat_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Its process is gone (known only on the same machine), or it was silent for too long."""
        if self.machine == this_machine():
            return not _is_running(self.pid, self.started)
        return (now - self.heartbeat_at).total_seconds() > STALE_SECONDS

    def describe(self, now: datetime) -> str:
        """For error texts: who, where, for how long."""
        held = (now - self.acquired_at).total_seconds()
        silent = (now - self.heartbeat_at).total_seconds()
        return (
            f"run {self.run_id} on {self.host}, process {self.pid}, "
            f"for {held:.0f} s (last sign of life {silent:.0f} s ago)"
        )


def this_process(token: int, run_id: str) -> Holder:
    """A new lease of the calling process."""
    now = datetime.now(UTC)
    return Holder(
        token=token,
        run_id=run_id,
        host=socket.gethostname(),
        machine=this_machine(),
        pid=os.getpid(),
        started=psutil.Process().create_time(),
        acquired_at=now,
        heartbeat_at=now,
    )


@functools.cache
def this_machine() -> str:
    """Equal only where process ids mean the same: host, boot, and the container's pid namespace.

    Containers may share a host name, and a process id of one means nothing in another.
    """
    boot = Path("/proc/sys/kernel/random/boot_id")
    space = Path("/proc/self/ns/pid")
    parts = [socket.gethostname()]
    parts.append(boot.read_text().strip() if boot.exists() else "")
    parts.append(str(space.readlink()) if space.exists() else "")
    return "/".join(parts)


def _is_running(pid: int, started: float) -> bool:
    """The start time tells a process from a later one that got the same id."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(process.create_time() - started) < 2
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
