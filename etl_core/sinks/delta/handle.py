"""One Delta table in one Spark session: its path, its log, and Delta's own objects for it in the JVM."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from etl_core.errors import SinkError
from etl_core.names import quote
from etl_core.runtime.jvm import Java, java_class, sql_class
from etl_core.sinks.delta.layout import hidden_columns, plain_field
from etl_core.sinks.delta.log import Log, folder_of
from etl_core.sinks.java import java_errors
from etl_core.sinks.protocol import TargetSpec
from etl_core.storage.protocol import Storage


@dataclass(frozen=True)
class Handle:
    spark: SparkSession
    storage: Storage
    spec: TargetSpec
    retention_ms: int  # how long failed batches are kept
    snapshots: dict[int, Java] = field(default_factory=dict)  # earlier versions that were read

    @property
    def name(self) -> str:
        return self.spec.name

    @cached_property
    def log(self) -> Log:
        return Log(self.storage, self.name)

    @cached_property
    def folder(self) -> str:
        return folder_of(self.name)

    @cached_property
    def uri(self) -> str:
        """As Hadoop spells it (`file:/...`): Delta takes other spellings for other places."""
        return str(java_class("org.apache.hadoop.fs.Path")(self.storage.uri(self.folder)).toString())

    @property
    def identifier(self) -> str:
        """For Spark SQL, quoted."""
        return f"delta.{quote(self.uri)}"

    def delta_log(self) -> Java:
        """Delta's own `DeltaLog`. It works in whichever session is active in the thread, so this one has
        to be."""
        sql_class("SparkSession").setActiveSession(self.spark._jsparkSession)
        return delta("DeltaLog").forTable(self.spark._jsparkSession, self.uri)

    def latest(self) -> Java:
        """Delta's `Snapshot` of the table now. Raises SinkError if there is no table."""
        if not self.log.exists():
            raise SinkError(f"table {self.name} does not exist", hint="the first run creates it")
        with java_errors(f"{self.name} cannot be loaded"):
            return self.delta_log().update(False, nothing(), nothing())

    def at_version(self, version: int) -> Java:
        with java_errors(f"{self.name}: version {version} cannot be loaded"):
            return self.delta_log().getSnapshotAt(version, nothing(), nothing())

    def transaction(self, snapshot: Java) -> Java:
        """A transaction on top of `snapshot`."""
        return self.delta_log().startTransaction(nothing(), some(snapshot))

    def files(self, snapshot: Java, adds: Java) -> DataFrame:
        """Rows of data files (a Scala Seq of AddFile), in the columns the table has in `snapshot`."""
        frame = self.delta_log().createDataFrame(snapshot, adds, False, nothing())
        return self.visible(DataFrame(frame, self.spark))

    def schema(self) -> StructType:
        """The columns of the table now, as its readers know them."""
        stored = stored_schema(self.latest())
        hidden = hidden_columns(stored)
        return StructType([plain_field(field) for field in stored.fields if field.name not in hidden])

    def read(self, version: str = "") -> DataFrame:
        """Always of one version: a frame without one would show what is published after it was made.

        Through the snapshot, not `versionAsOf`: that builds the state of the version anew for each frame,
        which for a small table takes longer than all else."""
        with java_errors(f"{self.name} cannot be read"):
            snapshot = self._snapshot(int(version)) if version else self.latest()
            pinned = self.delta_log().createRelation(sequence([]), some(snapshot), nothing(), True)
            frame = self.spark._jsparkSession.baseRelationToDataFrame(pinned)
            return self.visible(DataFrame(frame, self.spark))

    def _snapshot(self, version: int) -> Java:
        """Delta keeps the latest one; earlier ones are kept here."""
        latest = self.latest()
        if latest.version() == version:
            return latest
        if version not in self.snapshots:
            self.snapshots[version] = self.at_version(version)
        return self.snapshots[version]

    def visible(self, frame: DataFrame) -> DataFrame:
        """Without the columns that only partition the table."""
        hidden = hidden_columns(frame.schema)
        if not hidden:
            return frame
        return frame.select(*[F.col(quote(name)) for name in frame.columns if name not in hidden])


def stored_schema(snapshot: Java) -> StructType:
    """All columns, hidden ones too, with Delta's own metadata."""
    return StructType.fromJson(json.loads(snapshot.metadata().schemaString()))


def delta(name: str) -> Java:
    """A class of Delta's, by its name below `org.apache.spark.sql.delta`."""
    return java_class(f"org.apache.spark.sql.delta.{name}")


def nothing() -> Java:
    return java_class("scala.Option").empty()


def some(value: object) -> Java:
    return java_class("scala.Option").apply(value)


def sequence(items: Iterable[object]) -> Java:
    """A Scala Seq."""
    found = java_class("java.util.ArrayList")()
    for item in items:
        found.add(item)
    return java_class("org.apache.spark.api.python.PythonUtils").toSeq(found)


def options(given: dict[str, str], handle: Handle) -> Java:
    """Delta's write options."""
    java = java_class("java.util.HashMap")()
    for key, value in given.items():
        java.put(key, value)
    scala = java_class("org.apache.spark.api.python.PythonUtils").toScalaMap(java)
    return delta("DeltaOptions")(scala, handle.spark._jsparkSession.sessionState().conf())


def java_schema(schema: StructType) -> Java:
    return java_class("org.apache.spark.sql.types.DataType").fromJson(schema.json())
