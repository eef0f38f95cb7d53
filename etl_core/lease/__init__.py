"""One writer a table: `with acquire(storage, table, run_id, timeout=0) as lease: ... lease.check()`."""

from __future__ import annotations

from etl_core.lease.lease import Lease, acquire, holder, unlock

__all__ = ["Lease", "acquire", "holder", "unlock"]
