"""What all formats share: pointing Spark at files, and where each row stands in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F

from etl_core.config.models.columns import Column
from etl_core.errors import SourceError
from etl_core.names import EPOCH, PHASE, PROBLEM, RAW_LINE, ROW, SOURCE_FILE, SYSTEM_PREFIX, literal, quote
from etl_core.runtime.jvm import sql_class
from etl_core.sources.formats.protocol import Labelled

_FILE_URI = "_strata_file_uri"
_ORIGIN = ("_strata_label", "_strata_of_epoch", "_strata_of_phase")
SYSTEM_COLUMNS = (SOURCE_FILE, ROW, EPOCH, PHASE, PROBLEM, RAW_LINE)

# A Spark partition holds one split (open cost = maximum size: a second split never fits), so the count
# of rows within it is the count within the block; a row takes at least one byte, so blocks cannot
# overlap. The result grows strictly within a file and is the same on every read with the same split
# size: the order of events relies on it (docs/adr/0005).
SPLIT = "64m"
TEXT_ROW = "_metadata.file_block_start + (monotonically_increasing_id() & 8589934591)"
PARQUET_ROW = "_metadata.row_index"


def load(
    spark: SparkSession,
    format_name: str,
    files: Sequence[Labelled],
    prepare: Callable[[DataFrameReader], DataFrameReader] = lambda reader: reader,
    *,
    numbered: bool = False,
) -> DataFrame:
    """Exactly `files`, as a frame of `spark`: paths are names, not patterns. `prepare` sets the
    reader's options and schema. `numbered`: the format knows the place of a row, however files are cut.

    Raises SourceError when Spark leaves one out (it was removed since it was listed).
    """
    reader = prepare((spark if numbered else _splitting(spark)).read).format(format_name)
    try:
        loaded = reader.load([_literal(item.file.path) for item in files])
    except Exception as error:
        raise SourceError(f"cannot read {_names(files)}: {str(error).splitlines()[0]}") from error
    found = {_path(uri) for uri in loaded.inputFiles()}
    if missing := [item for item in files if item.file.path not in found]:
        raise SourceError(f"{_names(missing)} vanished while it was read", hint="run again")
    plan = sql_class("Dataset").ofRows(spark._jsparkSession, loaded._jdf.logicalPlan())
    return DataFrame(plan, spark)


def _splitting(spark: SparkSession) -> SparkSession:
    """A session whose relations are cut by `SPLIT`. It is not `spark` itself, whose tables are of many
    small files: their log, above all Delta's, would be read file by file."""
    session = SparkSession(spark.sparkContext, spark._jsparkSession.cloneSession())
    for setting in ("maxPartitionBytes", "openCostInBytes"):
        session.conf.set(f"spark.sql.files.{setting}", SPLIT)
    return session


def placed(loaded: DataFrame, row: str, keep: Iterable[str]) -> DataFrame:
    """`keep` (SQL) of a fresh `load`, the row position, and what `stamped` needs.

    Only here do `_metadata` and the running count refer to the file scan itself.
    """
    return loaded.selectExpr(*keep, f"CAST({row} AS BIGINT) AS {ROW}", f"_metadata.file_path AS {_FILE_URI}")


@dataclass(frozen=True)
class Record:
    """SQL over a frame of `placed`: the received columns, why a record could not be split into them
    (NULL mostly), and the record as it was received."""

    received: Sequence[str]
    problem: str = "CAST(NULL AS STRING)"
    line: str = "CAST(NULL AS STRING)"


def stamped(frame: DataFrame, record: Record, loaded: DataFrame, files: Sequence[Labelled]) -> DataFrame:
    """The columns of `record` and the system columns, for a frame made of `placed(loaded)`."""
    if len(files) == 1:
        file = files[0].file
        origin = (literal(files[0].label), str(file.epoch), str(file.phase))
    else:
        lookup = F.broadcast(_lookup(frame.sparkSession, loaded, files))
        frame, origin = frame.join(lookup, _FILE_URI, "left"), _ORIGIN
    system = {
        SOURCE_FILE: origin[0],
        ROW: ROW,
        EPOCH: origin[1],
        PHASE: origin[2],
        PROBLEM: record.problem,
        RAW_LINE: f"IF({PROBLEM} IS NULL, NULL, {record.line})",
    }
    return frame.selectExpr(*record.received, *(f"{sql} AS {name}" for name, sql in system.items()))


def _lookup(spark: SparkSession, loaded: DataFrame, files: Sequence[Labelled]) -> DataFrame:
    """Spark's URI of each file beside its system columns; a local relation, so it starts no job."""
    uris = {_path(uri): re.sub("^file:/+", "file:/", uri) for uri in loaded.inputFiles()}
    values = ", ".join(
        f"({literal(uris[item.file.path])}, {literal(item.label)}, {item.file.epoch}, {item.file.phase})"
        for item in files
    )
    return spark.sql(f"SELECT * FROM VALUES {values} AS t({', '.join((_FILE_URI, *_ORIGIN))})")  # noqa: S608 - literals are escaped


def nothing(spark: SparkSession, columns: Sequence[Column]) -> DataFrame:
    """No rows, with the contract's columns as text: all files were empty."""
    names = dict.fromkeys((column.source or column.name) for column in columns)
    received = ", ".join(f"{quote(name)} string" for name in names)
    system = (
        f"{SOURCE_FILE} string, {ROW} bigint, {EPOCH} int, {PHASE} int, {PROBLEM} string, {RAW_LINE} string"
    )
    return spark.createDataFrame([], f"{received}, {system}" if received else system)


def refuse_names(names: Iterable[str], file: str) -> None:
    """Raises SourceError for column names that two columns share, or that are Strata's own."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise SourceError(
                f"{file} has two columns called {name!r}", hint="names are compared without case; rename one"
            )
        if name.lower().startswith(SYSTEM_PREFIX):
            raise SourceError(
                f"{file} has a column called {name!r}; names with {SYSTEM_PREFIX} are Strata's own",
                hint="rename it, or leave it out of the file",
            )
        seen.add(name.lower())


def _literal(path: str) -> str:
    return "".join(f"\\{char}" if char in "{}[]*?\\" else char for char in path)


def _path(uri: str) -> str:
    """The path behind Spark's URI, as listings give it: local files without their scheme."""
    path = unquote(uri)
    return "/" + path.removeprefix("file:").lstrip("/") if path.startswith("file:") else path


def _names(files: Sequence[Labelled]) -> str:
    shown = ", ".join(item.file.path for item in files[:3])
    return shown if len(files) <= 3 else f"{shown} and {len(files) - 3} more"
