"""The Glue Data Catalog: databases, tables and partitions, changed only where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager

from botocore.exceptions import ClientError

from etl_core.aws.clients import Client, client
from etl_core.aws.errors import aws_errors, code_of
from etl_core.errors import SinkError
from etl_core.sinks.glue_entry import Entry, Json, Partition, database_of, known_by, table_of
from etl_core.sinks.protocol import TargetSpec

_TRIES = 5  # of an update that others change meanwhile
_AT_ONCE = {"create": 100, "update": 100, "delete": 25}  # partitions a request takes
# What TableInput has of a Table; the rest of GetTable's answer is Glue's own.
_INPUT = (
    "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText",
    "ViewExpandedText", "TableType", "Parameters", "TargetTable",
)  # fmt: skip


class GlueCatalog:
    """Of one region ("": the one of AWS's settings). Raises SinkError for what AWS refuses."""

    def __init__(self, region: str) -> None:
        self._region = region

    def ensure_database(self, table: str, location: str) -> None:
        """The database of a layer; `strata deploy` makes it where that brings the project to AWS."""
        name = database_of(table)
        with self._errors(f"look at the database {name}"):
            try:
                self._glue.get_database(Name=name)
            except ClientError as error:
                if code_of(error) != "EntityNotFoundException":
                    raise
                self._create_database(name, location)

    def table(self, name: str) -> Json | None:
        """As GetTable has it; None if the catalog does not know it."""
        with self._errors(f"look up the table {name}"):
            try:
                answer = self._glue.get_table(DatabaseName=database_of(name), Name=table_of(name))
            except ClientError as error:
                if code_of(error) == "EntityNotFoundException":
                    return None
                raise
            found: Json = answer["Table"]
            return found

    def databases(self) -> Iterator[tuple[str, str]]:
        """(name, location) of all that the account has in this region."""
        with self._errors("list the databases"):
            for page in self._glue.get_paginator("get_databases").paginate():
                for one in page["DatabaseList"]:
                    yield one["Name"], one.get("LocationUri", "")

    def tables(self, database: str) -> Iterator[Json]:
        """All of a database; none where there is no such database."""
        with self._errors(f"list the tables of {database}"):
            try:
                for page in self._glue.get_paginator("get_tables").paginate(DatabaseName=database):
                    yield from page["TableList"]
            except ClientError as error:
                if code_of(error) != "EntityNotFoundException":
                    raise

    def register(self, entry: Entry) -> bool:
        """Make the table known as `entry` says. False if it was; parameters of others stay."""
        if self.table(entry.spec.name) is None:
            self.ensure_database(entry.spec.name, entry.layer_location)
        return self._brought(entry.spec.name, entry.table_input())

    def describe(self, spec: TargetSpec) -> bool:
        """Only the parameters that every table has, of one whose format registers itself."""
        return self._brought(spec.name, {"Parameters": known_by(spec)}, create=False)

    def forget(self, database: str, name: str) -> None:
        """Remove the entry; files stay. Nothing happens if there is none."""
        with self._errors(f"remove the entry {database}.{name}"):
            try:
                self._glue.delete_table(DatabaseName=database, Name=name)
            except ClientError as error:
                if code_of(error) != "EntityNotFoundException":
                    raise

    def set_partitions(self, entry: Entry, wanted: Mapping[tuple[str, ...], Partition]) -> None:
        """Exactly these, by their values, each with the table's columns of today."""
        names = {"DatabaseName": database_of(entry.spec.name), "TableName": table_of(entry.spec.name)}
        target = {values: one.partition_input(values, entry) for values, one in wanted.items()}
        with self._errors(f"register the partitions of {entry.spec.name}"):
            pages = self._glue.get_paginator("get_partitions").paginate(**names)
            held = {tuple(one["Values"]): one for page in pages for one in page["Partitions"]}
            gone = [{"Values": list(values)} for values in held if values not in target]
            new = [one for values, one in target.items() if values not in held]
            changed = [
                {"PartitionValueList": one["Values"], "PartitionInput": one}
                for values, one in target.items()
                if values in held and not _fits(held[values], one)
            ]
            for part in _parts(gone, _AT_ONCE["delete"]):
                _all_done(self._glue.batch_delete_partition(**names, PartitionsToDelete=part))
            for part in _parts(changed, _AT_ONCE["update"]):
                _all_done(self._glue.batch_update_partition(**names, Entries=part))
            for part in _parts(new, _AT_ONCE["create"]):
                _all_done(self._glue.batch_create_partition(**names, PartitionInputList=part))

    @property
    def _glue(self) -> Client:
        return client("glue", self._region)

    def _errors(self, doing: str) -> AbstractContextManager[None]:
        return aws_errors(f"{doing} in the Glue Data Catalog", SinkError)

    def _create_database(self, name: str, location: str) -> None:
        try:
            self._glue.create_database(DatabaseInput={"Name": name, "LocationUri": location})
        except ClientError as error:
            if code_of(error) != "AlreadyExistsException":  # another table's thread was faster
                raise

    def _brought(self, name: str, wanted: Json, *, create: bool = True) -> bool:
        for last in (*[False] * (_TRIES - 1), True):
            held = self.table(name)
            if held is None and not create:
                return False
            if held is not None and _fits(held, wanted):
                return False
            with self._errors(f"register the table {name}"):
                try:
                    self._write(database_of(name), held, wanted)
                except ClientError as error:
                    if last or code_of(error) not in (
                        "AlreadyExistsException",
                        "ConcurrentModificationException",
                    ):
                        raise
                    continue
                return True
        return False

    def _write(self, database: str, held: Json | None, wanted: Json) -> None:
        """An update names the version it builds on, and keeps no copy of that: Glue's versions of a
        table are limited in number."""
        if held is None:
            self._glue.create_table(DatabaseName=database, TableInput=wanted)
            return
        kept = {key: held[key] for key in _INPUT if key in held}
        merged = {**kept, **wanted, "Parameters": {**held.get("Parameters", {}), **wanted["Parameters"]}}
        version = {"VersionId": held["VersionId"]} if "VersionId" in held else {}
        self._glue.update_table(DatabaseName=database, TableInput=merged, SkipArchive=True, **version)


def _fits(held: object, wanted: object) -> bool:
    """Whether all of `wanted` stands in `held`; maps may hold more."""
    if isinstance(wanted, dict):
        return isinstance(held, dict) and all(_fits(held.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(held, list) and len(held) == len(wanted)
        return same and all(_fits(one, other) for one, other in zip(_listed(held), wanted, strict=True))
    return held == wanted or (not held and not wanted)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _parts(values: list[Json], size: int) -> Iterator[list[Json]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _all_done(answer: Json) -> None:
    """A batch is answered as done even where parts of it are not."""
    for refused in answer.get("Errors", ()):
        detail = refused.get("ErrorDetail", {})
        error = {"Code": detail.get("ErrorCode", ""), "Message": detail.get("ErrorMessage", "")}
        raise ClientError({"Error": error}, "BatchPartition")
