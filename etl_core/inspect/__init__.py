"""What catalog and sources hold now, as the frozen `Observed` that `plan` reasons about."""

from __future__ import annotations

from etl_core.inspect.held import newest_epoch
from etl_core.inspect.observe import observe, observe_tables

__all__ = ["newest_epoch", "observe", "observe_tables"]
