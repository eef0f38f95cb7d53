"""The `run` argument of a job: logical time and parameters, so that a backfill is reproducible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from etl_core.config.models.project import Scalar
from etl_core.errors import TransformError
from etl_core.registry import closest_hint
from etl_core.runtime.secrets import is_reference, revealed


@dataclass(frozen=True)
class Run:
    """What a job may know of the run. `logical_time` (UTC) stands in for `current_timestamp`."""

    run_id: str
    logical_time: datetime
    parameters: Mapping[str, Scalar] = field(default_factory=dict)

    def parameter(self, name: str) -> Scalar:
        """A named value of the contract, the environment or the project, the nearest first.

        A secret is fetched when it is asked for, and never kept. Raises TransformError for an unknown name,
        with the closest valid one; EtlError for a secret that cannot be had.
        """
        if name not in self.parameters:
            raise TransformError(
                f"unknown parameter {name!r}", hint=closest_hint(name, tuple(self.parameters))
            )
        value = self.parameters[name]
        return str(revealed(value)) if is_reference(value) else value
