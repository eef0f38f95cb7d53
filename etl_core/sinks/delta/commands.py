"""Delta's own write and commit, as two steps: SQL and DataFrames know only both at once."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame

from etl_core.runtime.jvm import SPARK_4, Java, java_class
from etl_core.sinks.delta.handle import Handle, delta, nothing, options, sequence, some
from etl_core.sinks.delta.history import APPLICATION


def write_files(
    at: Handle, transaction: Java, rows: DataFrame, mode: str, settings: dict[str, str]
) -> list[Java]:
    """Write `rows` into data files of the table. Returns the actions that would make them visible: new
    files, and with `mode` Overwrite the removal of old ones. `settings`: write options of Delta."""
    command = delta("commands.WriteIntoDelta")(
        at.delta_log(),
        save_mode(mode),
        options(settings, at),
        sequence([]),
        transaction.metadata().configuration(),
        rows._jdf,
        nothing(),
        nothing(),
    )
    found = command.writeAndReturnCommitData(transaction, at.spark._jsparkSession, nothing(), False)
    return list(java_class("scala.collection.JavaConverters").seqAsJavaList(found.actions()))


def commit(transaction: Java, actions: Iterable[Java], mode: str, metadata: str = "") -> None:
    """Commit `actions` if nobody changed a row since the transaction's version; `metadata`: text that the
    commit carries."""
    transaction.readWholeTable()
    # Noted as read, so that of two runs of Strata one fails; `txnVersion` would say what is in it, too, at
    # the price of the table's whole state (2 s on a busy machine, to a commit's 0.1 s).
    getattr(transaction.readTxn(), "$plus$eq")(APPLICATION)
    version = transaction.readVersion() + 1
    fence = delta("actions.SetTransaction")(APPLICATION, version, nothing())
    text = some(metadata) if metadata else nothing()
    operation = delta("DeltaOperations$Write")(save_mode(mode), nothing(), nothing(), text, *_unsaid())
    transaction.commit(sequence([*actions, fence]), operation)


def _unsaid() -> list[Java]:
    """Delta 4.2 also notes whether a write was to replace partitions, or to change the schema."""
    return [nothing(), nothing(), nothing()] if SPARK_4 else []


def save_mode(name: str) -> Java:
    return java_class("org.apache.spark.sql.SaveMode").valueOf(name)
