"""`target:` of a contract: where the table goes and what arriving rows mean."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from etl_core.config.models.base import Model

Mode = Literal["append", "overwrite", "overwrite_partitions", "merge", "cdc", "snapshot"]
EVENT_MODES = ("merge", "cdc")  # rows are events of a key, put in order
# Engines that read the tables: Athena's engine version 3, Redshift Spectrum, and whatever knows the formats
# as they were in 2022 only.
ReaderName = Literal["athena", "redshift_spectrum", "older"]
KEYED_MODES = (*EVENT_MODES, "snapshot")  # a row of the table is known by its key


class Target(Model):
    """Meaning of each mode: docs/modes.md. Which format does which mode: the sink's capabilities."""

    format: Literal["iceberg", "hudi", "delta", "parquet"] | None = None
    mode: Mode = Field(description="What arrives.")
    history: Literal["scd1", "scd2"] = Field(default="scd1", description="What is kept.")
    keys: tuple[str, ...] = Field(default=(), description="Columns that identify a row.")
    sequence_by: tuple[str, ...] = Field(
        default=(), description="Order of events; empty: the source's own order."
    )
    operation_column: str | None = Field(
        default=None, description="Short for delete_when: \"<column> = 'D'\"."
    )
    delete_when: str | None = Field(
        default=None, description="SQL condition on the event: it deletes its key."
    )
    truncate_when: str | None = Field(
        default=None, description="SQL condition on the event: it empties the table."
    )
    deletes: Literal["hard", "soft"] = "hard"
    partial: Literal["ignore_null_updates"] | None = Field(
        default=None, description="An event's NULL leaves the column as it is. Default: it sets NULL."
    )
    before_keys: tuple[str, ...] = Field(
        default=(),
        description="Columns with the key as it was before an update, in the order of `keys`: "
        "a changed key is split into a delete and an insert.",
    )
    tombstone_retention: str = Field(
        default="30d",
        pattern=r"^\d+[hdw]$",
        description="How late an event may be: deletes are remembered that long.",
    )
    partition_by: tuple[str, ...] = Field(
        default=(), description='Partition spec: "region", "days(hired_at)".'
    )
    effective_at: str | None = Field(default=None, description="scd2: the column with the event time.")
    track: tuple[str, ...] = ()
    track_except: tuple[str, ...] = ()
    max_deleted: str = Field(
        default="10%", pattern=r"^\d+(\.\d+)?%$", description="snapshot: block above this."
    )
    properties: dict[str, str] = Field(default={}, description="Table properties of the format.")
    readers: tuple[ReaderName, ...] | None = Field(
        default=None,
        description="Engines that must be able to read the table. Default: those of the environment.",
    )

    @property
    def takes_events(self) -> bool:
        return self.mode in EVENT_MODES

    @property
    def event_time(self) -> str | None:
        """scd2: the column that says when an event took place; None: the time of its extract."""
        if self.effective_at is not None or self.mode == "snapshot":
            return self.effective_at
        return next(iter(self.sequence_by), None)
