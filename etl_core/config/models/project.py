"""`conf/strata.yaml`: the project."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from etl_core.config.models.base import Model
from etl_core.names import IDENTIFIER

Identifier = Annotated[str, StringConstraints(pattern=rf"^{IDENTIFIER}$")]
Scalar = str | int | float | bool


class Defaults(Model):
    """What a table's contract leaves open."""

    format: Literal["iceberg", "hudi", "delta", "parquet"] = "iceberg"
    owner: str = ""
    environment: str = "local"


class ProjectConfig(Model):
    """The project: its name, its layers from first to last, what holds for every table."""

    name: str = Field(min_length=1, description="The project's name, as reports show it.")
    layers: tuple[Identifier, ...] = Field(
        min_length=1, description="Layers from raw to enriched, in this order."
    )
    description: str = ""
    defaults: Defaults = Defaults()
    parameters: dict[Identifier, Scalar] = Field(
        default={}, description="Business decisions every job may read."
    )
    extensions: tuple[str, ...] = Field(
        default=(), description="Packages that register your own sources and rules."
    )
