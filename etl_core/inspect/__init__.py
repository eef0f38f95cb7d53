"""What catalog and sources hold now, as the frozen `Observed` that `plan` reasons about."""

from __future__ import annotations

from etl_core.inspect.observe import observe

__all__ = ["observe"]
