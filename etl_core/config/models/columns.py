"""The columns of a contract."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from etl_core.config.models.base import Model


class Column(Model):
    """One declared column. A value that does not parse as `type` quarantines its row."""

    name: str = Field(min_length=1, max_length=255)
    type: str = Field(
        default="string", description="A Spark SQL type: int, decimal(12,2), struct<a:int>, ..."
    )
    nullable: bool = Field(default=True, description="false: a row without a value is quarantined.")
    format: str | None = Field(default=None, description="Spark datetime pattern for date and timestamp.")
    source: str | None = Field(default=None, description="Name in the source (dots reach into structs).")
    description: str = ""
    pii: Literal["none", "direct", "indirect", "sensitive"] = "none"


class Drift(Model):
    """What happens when the source's schema is not the contract's."""

    new_column: Literal["evolve", "fail", "drop"] = "evolve"
    missing_column: Literal["fill_null", "fail"] = "fill_null"
    widened_type: Literal["evolve", "fail"] = "evolve"
    changed_type: Literal["fail", "quarantine"] = "fail"
