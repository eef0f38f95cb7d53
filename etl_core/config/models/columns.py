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
    """What happens when the source's schema is not the contract's, or the table's where none is declared."""

    new_column: Literal["evolve", "fail", "drop"] = Field(
        default="evolve", description="A column nobody declared: the table gets it, or it is left out."
    )
    missing_column: Literal["fill_null", "fail"] = Field(
        default="fill_null", description="A column that does not arrive."
    )
    widened_type: Literal["evolve", "fail"] = Field(
        default="evolve", description="A type the table's column can grow to: int to bigint."
    )
    changed_type: Literal["fail", "quarantine"] = Field(
        default="fail", description="A type with no place in the column: quarantine judges each value."
    )
