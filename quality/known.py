"""What whoever judges knows besides the rows. Engines get it handed over; they read nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from quality.earlier import NOTHING, Earlier

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

References = Mapping[str, "DataFrame"]


class GlueQuality(Protocol):
    """Glue Data Quality: `ruleset` judged on `df`, and the results published under the name `context`."""

    def __call__(
        self,
        df: DataFrame,
        ruleset: str,
        *,
        context: str,
        others: References,
        composites_by_row: bool,
    ) -> Mapping[str, DataFrame]:
        """`ruleOutcomes` and `rowLevelOutcomes`, as far as Glue gives them, in the session of `df`.

        Raises EtlError outside of Glue."""
        ...


@dataclass(frozen=True)
class Known:
    """unique: columns in which no two rows have the same values, and none is NULL. earlier: what dynamic
    rules and DetectAnomalies compare with. references: other datasets by the names that rules have for them,
    of the judged frame's own session; rules about other datasets and CustomSql may read them. subject: what
    is judged, as a name to publish results under. glue: how Glue Data Quality is asked, where it can be.
    """

    unique: tuple[str, ...] = ()
    earlier: Earlier = NOTHING
    references: References = field(default_factory=dict)
    subject: str = "primary"
    glue: GlueQuality | None = None


UNKNOWN = Known()
