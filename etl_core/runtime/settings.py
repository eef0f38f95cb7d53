"""Every session setting Strata relies on, each with its reason, and who may overrule it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

# What results depend on: nobody's setting changes it.
FIXED = {
    # timestamps without a zone are UTC, whatever the machine says
    "spark.sql.session.timeZone": "UTC",
    "spark.executorEnv.TZ": "UTC",
    # a text that fits the pattern only half is no date; the legacy parser takes it
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    # a value that does not fit becomes NULL and is reported by the parse stage, it never raises
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "false",
    # Hudi requires it, Iceberg and Delta are faster with it
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
}
# What only speed and comfort depend on.
_DEFAULTS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "true",
    # Java never compiles a method above this many bytes of code: typing 16 columns in one would be
    # interpreted, at twice the time; Spark then splits the stage instead
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # compiled plans to keep: a run of many tables has more than Spark's 100, and what is gone is
    # compiled again (nine small commits to one Delta table: 73 s of processor time instead of 78)
    "spark.sql.codegen.cache.maxEntries": "2000",
    # small tables: one file of the advisory size, not one a core
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
}
LOCAL_MASTER = "local[*]"
# Java's optimising compiler comes in ten times later than by itself: compiling what a run of small
# tables does a few thousand times took a quarter of its processor time. Loops over many rows get there.
_LATE_C2 = (
    "-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
    " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
)
JAVA_OPTIONS = "spark.driver.extraJavaOptions"


def compose(
    environment: Mapping[str, object], launcher: Mapping[str, str], sinks: Mapping[str, str]
) -> dict[str, str]:
    """All settings of a new session: defaults, then `spark:` of the environment file, then the
    launcher's (`spark-submit --conf`), then what the sinks need and what results depend on."""
    user = {key: text(value) for key, value in environment.items()}
    master = launcher.get("spark.master") or user.get("spark.master") or LOCAL_MASTER
    defaults = _DEFAULTS | (_local_defaults(master) if is_local(master) else {})
    merged = {**defaults, **user, **launcher, **sinks, **FIXED, "spark.master": master}
    given = [layer[JAVA_OPTIONS] for layer in (defaults, user, launcher) if layer.get(JAVA_OPTIONS)]
    return merged | ({JAVA_OPTIONS: " ".join(given)} if given else {})  # Java lets the last one win


def is_local(master: str) -> bool:
    """Whether driver and executors are one process."""
    return master == "local" or master.startswith("local[")


def text(value: object) -> str:
    """A YAML value as Spark spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _local_defaults(master: str) -> dict[str, str]:
    """Spark's own defaults are for a cluster: 200 shuffle partitions, and 1 GB for a driver that
    here does all the work."""
    log4j = Path(str(files("etl_core.runtime"))) / "log4j2.properties"
    return {
        "spark.sql.shuffle.partitions": str(_cores(master)),
        "spark.driver.memory": _driver_memory(),
        JAVA_OPTIONS: f"-Dlog4j2.configurationFile={log4j.as_uri()} {_LATE_C2}",
    }


def _cores(master: str) -> int:
    count = master.removeprefix("local").strip("[]").partition(",")[0]
    if count == "*":
        return os.cpu_count() or 1
    return int(count) if count else 1


def _driver_memory() -> str:
    """A quarter of the machine's memory, as the JVM itself would take, within 1 to 8 GB."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(max(total // 4, 1 << 30), 8 << 30) >> 20}m"
