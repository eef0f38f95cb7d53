"""One daemon thread that renews every lease this process holds."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from etl_core.errors import StateError
from etl_core.lease.holder import BEAT_SECONDS

log = logging.getLogger(__name__)


class Beating(Protocol):
    table: str

    def beat(self) -> None: ...


class Heartbeat:
    """Starts its thread with the first lease. A beat that fails is tried again with the next."""

    def __init__(self, seconds: float = BEAT_SECONDS) -> None:
        self._seconds = seconds
        self._held: list[Beating] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, lease: Beating) -> None:
        with self._lock:
            self._held.append(lease)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="strata-heartbeat", daemon=True)
                self._thread.start()

    def remove(self, lease: Beating) -> None:
        """When this returns no beat of `lease` is under way."""
        with self._lock:
            self._held.remove(lease)

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._seconds):
            with self._lock:
                for lease in self._held:
                    _beat(lease)


def _beat(lease: Beating) -> None:
    try:
        lease.beat()
    except StateError as error:
        log.warning("%s: the lease could not be renewed: %s", lease.table, error)


HEARTBEAT = Heartbeat()
