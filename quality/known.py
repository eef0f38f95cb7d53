"""What whoever judges knows besides the rows. Engines get it handed over; they read nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quality.earlier import NOTHING, Earlier

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

References = Mapping[str, "DataFrame"]


@dataclass(frozen=True)
class Known:
    """unique: columns in which no two rows have the same values, and none is NULL. earlier: what dynamic
    rules and DetectAnomalies compare with. references: other datasets by the names that rules have for them,
    of the judged frame's own session; rules about other datasets and CustomSql may read them.
    """

    unique: tuple[str, ...] = ()
    earlier: Earlier = NOTHING
    references: References = field(default_factory=dict)


UNKNOWN = Known()
