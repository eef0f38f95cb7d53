"""`open_storage(warehouse)`: the small objects of a warehouse, wherever it is."""

from __future__ import annotations

from etl_core.storage.protocol import Storage
from etl_core.storage.schemes import open_storage

__all__ = ["Storage", "open_storage"]
