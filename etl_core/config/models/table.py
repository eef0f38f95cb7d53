"""`conf/tables/<layer>/<table>.yaml`: the contract of one table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from etl_core.config.models.base import Model
from etl_core.config.models.columns import Column, Drift
from etl_core.config.models.project import Identifier, Scalar
from etl_core.config.models.source import SourceRef
from etl_core.config.models.target import Target
from etl_core.names import TABLE_NAME

TableName = Annotated[str, StringConstraints(pattern=TABLE_NAME)]


class Input(Model):
    """An upstream table. `all` reads it whole, `new` only the commits since the last run,
    `changed_keys` what the keys of its changed rows are made of."""

    table: TableName
    read: Literal["all", "new", "changed_keys"] = "all"
    on: dict[str, str] = Field(
        default={},
        description="changed_keys: this input's columns that other inputs refer to, each with the name "
        "it has there. Default: its table's keys, under their own names.",
    )


def _short_input(value: object) -> object:
    return {"table": value} if isinstance(value, str) else value


InputField = Annotated[Input, BeforeValidator(_short_input, json_schema_input_type=TableName | Input)]


class Quality(Model):
    """DQDL. `rules` judge the batch, `table_rules` the table as it would be after publishing."""

    rules: str | None = None
    table_rules: str | None = None
    references: dict[Identifier, TableName] = Field(
        default={},
        description="Tables that rules compare with: the name that rules have for each, and <layer>.<table>. "
        "They run before this table; the table itself is what readers see of it.",
    )
    on_failure: Literal["block", "warn"] = "block"
    rows: Literal["quarantine", "drop", "keep"] = "quarantine"
    composites: Literal["dataset", "row"] = Field(
        default="dataset",
        description="How `and` and `or` judge: the verdicts of their parts on all rows, or each row by the "
        "whole rule. Glue's compositeRuleEvaluation.method.",
    )
    quarantine_retention: str | None = Field(
        default=None,
        pattern=r"^\d+[hdw]$",
        description="How long quarantined rows wait; a run that publishes removes older ones. "
        "Unset: until they are taken or removed by hand.",
    )
    rows_hold_key: bool = Field(
        default=True,
        description="A bad event also holds the older events of its key in that batch, so that no stale "
        "value is published in its place.",
    )

    @property
    def judges(self) -> bool:
        """Whether there are any rules."""
        return bool(self.rules or self.table_rules)


class TableConfig(Model):
    """The contract of one table."""

    table: TableName = Field(
        description="<layer>.<table>; the file stands at conf/tables/<layer>/<table>.yaml."
    )
    description: str = ""
    owner: str = ""
    source: SourceRef | None = Field(default=None, description="What is read from outside.")
    inputs: dict[Identifier, InputField] = Field(
        default={}, description="Upstream tables, by parameter name."
    )
    target: Target
    columns: tuple[Column, ...] = ()
    drift: Drift = Drift()
    quality: Quality = Quality()
    parameters: dict[Identifier, Scalar] = Field(
        default={}, description="Business decisions of this table's job."
    )

    @model_validator(mode="after")
    def _reads_something(self) -> TableConfig:
        if (self.source is None) == (not self.inputs):
            raise ValueError("a table needs exactly one of `source` and `inputs`")
        return self

    @property
    def upstream(self) -> frozenset[str]:
        """The tables that have to be there first: its inputs, and what its rules compare with."""
        compared = frozenset(self.quality.references.values()) - {self.table}
        return frozenset(source.table for source in self.inputs.values()) | compared

    @property
    def recomputes_keys(self) -> bool:
        """Changes in upstream tables are carried on key by key (`read: changed_keys`)."""
        return any(source.read == "changed_keys" for source in self.inputs.values())

    @property
    def takes_events(self) -> bool:
        """Arriving rows are events of a key; recomputed rows are not, they come without an order."""
        return self.target.takes_events and not self.recomputes_keys
