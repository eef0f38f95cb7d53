"""What this process has written and not yet published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class StagedBatch:
    operation: Literal["append", "overwrite"]
    rows: int = 0
