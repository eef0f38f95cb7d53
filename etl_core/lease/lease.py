"""Leases: `_strata/leases/<table>/<token>.json`, of which the greatest token is the holder's.

Taking a table, also over a dead holder, is creating the object with the next token: `create` lets
exactly one of several takers win. An object is written again only by its holder, so no heartbeat
can bring a lost lease back. `<token>.released` beside it ends it; both stay until the next lease,
and with them the token.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType

from pydantic import ValidationError

from etl_core.errors import LeaseBusy, PublishError, StateError
from etl_core.lease.heartbeat import HEARTBEAT
from etl_core.lease.holder import Holder, this_process
from etl_core.names import SYSTEM_NAMESPACE
from etl_core.storage.protocol import Storage

POLL_SECONDS = 0.25


class Lease:
    """A table held by this thread's run until the `with` block ends."""

    def __init__(self, storage: Storage, table: str, holder: Holder) -> None:
        self._storage = storage
        self._holder = holder
        self.table = table

    @property
    def token(self) -> int:
        """Grows with every lease of the table, whoever takes it."""
        return self._holder.token

    def check(self) -> None:
        """Raises PublishError if another run took the table over or somebody unlocked it."""
        if not self.is_held():
            now = datetime.now(UTC)
            newest = holder(self._storage, self.table)
            by = newest.describe(now) if newest else "`strata unlock`"
            raise PublishError(
                f"{self.table}: run {self._holder.run_id} lost its lease to {by}; nothing was published",
                hint="run again; do not unlock a table whose run is still working",
            )

    def is_held(self) -> bool:
        return _newest(self._storage, self.table) == _key(self.table, self.token)

    def beat(self) -> None:
        """Called by the heartbeat thread."""
        if self.is_held():
            self._holder = self._holder.model_copy(update={"heartbeat_at": datetime.now(UTC)})
            self._storage.write(_key(self.table, self.token), self._holder.model_dump_json().encode())

    def release(self) -> None:
        HEARTBEAT.remove(self)
        self._storage.create(_released(self.table, self.token), b"")

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(storage: Storage, table: str, run_id: str, *, timeout: float) -> Lease:
    """Hold `table`, waiting up to `timeout` seconds for a living holder; a dead one is taken over.

    Raises LeaseBusy naming the holder.
    """
    deadline = time.monotonic() + timeout
    while True:
        newest = _newest(storage, table)
        held = _read(storage, newest)
        now = datetime.now(UTC)
        if held is None or held.is_stale(now):
            lease = _take(storage, table, this_process(_token(newest) + 1, run_id))
            if lease is not None:
                return lease
        elif time.monotonic() >= deadline:
            raise LeaseBusy(
                f"{table} is held by {held.describe(now)}",
                hint=f"wait for it (--lock-timeout), or, if that run is dead: strata unlock {table}",
            )
        else:
            time.sleep(min(POLL_SECONDS, max(deadline - time.monotonic(), 0)))


def holder(storage: Storage, table: str) -> Holder | None:
    """Who holds `table`, alive or not; None if nobody does."""
    return _read(storage, _newest(storage, table))


def unlock(storage: Storage, table: str) -> Holder | None:
    """Take the table from its holder, who will find out before it publishes. Returns that holder."""
    held = holder(storage, table)
    if held is not None:
        storage.create(_released(table, held.token), b"")
    return held


def _take(storage: Storage, table: str, mine: Holder) -> Lease | None:
    """None if another taker was faster."""
    if not storage.create(_key(table, mine.token), mine.model_dump_json().encode()):
        return None
    lease = Lease(storage, table, mine)
    if not lease.is_held():  # the listing missed a lease that was being made
        storage.delete(_key(table, mine.token))
        return None
    HEARTBEAT.add(lease)
    with suppress(StateError):  # tidying only
        for key in storage.list(_folder(table)):
            if _token(key) < mine.token:
                storage.delete(key)
    return lease


def _read(storage: Storage, key: str) -> Holder | None:
    """None if the lease has ended. An object that a power cut left empty has no living holder."""
    data = None if key.endswith(".released") else storage.read(key)
    try:
        return Holder.model_validate_json(data) if data else None
    except ValidationError:
        return None


def _newest(storage: Storage, table: str) -> str:
    """Key of the newest object; that of token 0, which never exists, if there is none."""
    return max(storage.list(_folder(table)), default=_key(table, 0))


def _token(key: str) -> int:
    return int(key.rpartition("/")[2].partition(".")[0])


def _folder(table: str) -> str:
    return f"{SYSTEM_NAMESPACE}/leases/{table}"


def _key(table: str, token: int) -> str:
    return f"{_folder(table)}/{token:012d}.json"


def _released(table: str, token: int) -> str:
    """Sorts after the lease itself."""
    return f"{_folder(table)}/{token:012d}.released"
