"""GreatFin's landing area, one day after the other; equal (seed, scale) gives equal bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from etl_core.demo import core_a, core_b, hr, salesforce, vendor
from etl_core.demo.people import people

DEFAULT_SEED = 7


def generate(landing: Path, day: Literal[1, 2], *, seed: int = DEFAULT_SEED, scale: int = 1) -> None:
    """Write what all sources deliver on `day` below `landing`; day 2 comes on top of day 1.

    `scale` multiplies the people (1: about 1,900 customer records). Day 2 brings changes, late and
    repeated files, a new column and malformed rows.
    """
    everyone = people(seed, scale)
    hr.write(landing, day)
    core_a.write(landing, day, everyone, seed, scale)
    core_b.write(landing, day, everyone, seed, scale)
    salesforce.write(landing, day, everyone, seed, scale)
    vendor.write(landing, day, everyone)
