"""A table as the Glue Data Catalog has to know it. No boto3, no Spark.

Source: AWS Glue Web API reference, "TableInput", "StorageDescriptor", "Column"; the classes of Hive by which
Athena and Hive's readers open each format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from etl_core.names import split_table
from etl_core.sinks.protocol import TargetSpec

_COMMENT_LENGTH = 255  # characters of Column.Comment, on one line
_DESCRIPTION_LENGTH = 2048
_HIVE_TYPES = {"timestamp_ntz": "timestamp", "void": "string"}  # where Hive's name is another than Spark's
OWNER, LAYER = "strata.owner", "strata.layer"
Json = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """`type` as Spark SQL writes it (`simpleString`)."""

    name: str
    type: str
    comment: str = ""

    def as_json(self) -> Json:
        kind = _HIVE_TYPES.get(self.type, self.type)
        comment = " ".join(self.comment.split())[:_COMMENT_LENGTH]
        return {"Name": self.name, "Type": kind, **({"Comment": comment} if comment else {})}


@dataclass(frozen=True)
class Classes:
    """What opens the files: Java classes."""

    input: str
    output: str
    serde: str


@dataclass(frozen=True)
class Entry:
    """`columns` without those that partition the table. `parameters`: what tells readers of the format."""

    spec: TargetSpec
    layer_location: str  # of the database
    location: str
    columns: tuple[Column, ...]
    classes: Classes
    partitions: tuple[Column, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)

    def table_input(self) -> Json:
        return {
            "Name": table_of(self.spec.name),
            "Description": self.spec.description[:_DESCRIPTION_LENGTH],
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE", **self.parameters, **known_by(self.spec)},
            "PartitionKeys": [column.as_json() for column in self.partitions],
            "StorageDescriptor": self.storage_descriptor(self.location),
        }

    def storage_descriptor(self, location: str) -> Json:
        """Of the table, or of a partition of it."""
        return {
            "Columns": [column.as_json() for column in self.columns],
            "Location": location,
            "InputFormat": self.classes.input,
            "OutputFormat": self.classes.output,
            "SerdeInfo": {
                "SerializationLibrary": self.classes.serde,
                "Parameters": {"serialization.format": "1", "path": self.location},
            },
        }


@dataclass(frozen=True)
class Partition:
    """`location`: its folder; `files`, `bytes`: what readers see of it."""

    location: str
    files: int
    bytes: int

    def partition_input(self, values: tuple[str, ...], entry: Entry) -> Json:
        """Its statistics are called as Hive calls them (StatsSetupConst); rows are not counted: that
        would mean opening every file."""
        return {
            "Values": list(values),
            "StorageDescriptor": entry.storage_descriptor(self.location),
            "Parameters": {"numFiles": str(self.files), "totalSize": str(self.bytes)},
        }


def known_by(spec: TargetSpec) -> dict[str, str]:
    """Parameters that every table has: whose it is, where it belongs, which table it stands beside."""
    own = {name: value for name, value in spec.properties if name.startswith("strata.")}
    owner = {OWNER: spec.owner} if spec.owner else {}
    return {**owner, LAYER: split_table(spec.name)[0], **own}


def database_of(table: str) -> str:
    """Glue's names have no capitals."""
    return split_table(table)[0].lower()


def table_of(table: str) -> str:
    return split_table(table)[1].lower()


def columns_of(fields: Iterator[tuple[str, str]], spec: TargetSpec) -> tuple[Column, ...]:
    """(name, type) with the comments of the contract."""
    comments = {name.lower(): text for name, text in spec.column_comments}
    return tuple(Column(name, kind, comments.get(name.lower(), "")) for name, kind in fields)
