"""Start a Spark session, or join the one that runs. What is set, and why: settings.py."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.find_spark_home import _find_spark_home
from pyspark.sql import SparkSession

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import EtlError
from etl_core.runtime import jars
from etl_core.runtime.installed import check_spark
from etl_core.runtime.java import use_java
from etl_core.runtime.jvm import java_class, pin_names, sql_class, stop_callbacks
from etl_core.runtime.s3 import JARS, s3_settings
from etl_core.runtime.secrets import is_reference, revealed_all
from etl_core.runtime.settings import FIXED, compose, is_local, text

_OWNED = "spark.strata.owned"  # whether `create_session` started the context, and so may stop it

# Loading these prints that the ANTLR they were built with is not the one Spark brings; it works.
_TELLTALES = [
    f"software.amazon.glue.dqdl.DataQualityDefinitionLanguage{part}" for part in ("Lexer", "Parser")
]
# Measures objects for Hudi; says at first that it is no agent of the JVM.
_HUDI_SIZES = "org.apache.hudi.org.openjdk.jol.vm.VM"


def create_session(
    app_name: str,
    environment: EnvironmentConfig,
    settings: Mapping[str, str],
    jar_groups: Collection[str],
) -> SparkSession:
    """A session with `settings` (extensions and catalogs, from the sinks) and the jars of `jar_groups`.

    Where a SparkContext runs already (Glue, a notebook, a test) it is used, in a session object of
    its own; its jars and static settings are the launcher's business. Sets this process's time zone
    to UTC: `collect` and Python functions turn timestamps into it.

    Raises EtlError if no Java or jar can be had, the profile is for another Spark than the one that is
    installed, or a running context lacks a needed extension.
    """
    os.environ.setdefault("SPARK_VERSION", "3.5")  # pydeequ reads it when it is imported
    os.environ["TZ"] = "UTC"
    time.tzset()
    given = revealed_all(environment.spark, environment.region)
    user = {key: text(value) for key, value in given.items()}
    if SparkContext._active_spark_context is not None:
        running = SparkSession.builder.getOrCreate()
        _hand_over(
            running, {key: user[key] for key, value in environment.spark.items() if is_reference(value)}
        )
        return _join(running, {**user, **settings, **FIXED})
    check_spark(environment.profile)
    launcher = _launcher_settings()
    ways = s3_settings() if JARS in jar_groups else {}
    merged = compose({**ways, **given}, launcher or {}, settings)
    paths = [str(path) for path in jars.resolve(environment.profile, jar_groups, merged)]
    if launcher is None:
        use_java()
        # Java would ask the network for this machine's name, and warn about loopback addresses
        if is_local(merged["spark.master"]):
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    else:
        _add_to_running_jvm(paths)
    local = launcher is None and is_local(merged["spark.master"])
    jar_setting = _jar_setting(merged, [*_before(jar_groups), *paths] if local else paths, local=local)
    spark = _start(app_name, {**merged, **jar_setting})
    _greet_quietly(jar_groups)
    return spark


def table_session(spark: SparkSession) -> SparkSession:
    """A session object for one table: own settings and temporary views, the same JVM.

    It becomes the calling thread's active session: catalogs and writers that are reached through
    the JVM ask for that one, not for the session of the frame.
    """
    session = spark.newSession()
    if spark.conf.get(_OWNED, "false") != "true":
        _copy_settings(spark, session)
    sql_class("SparkSession").setActiveSession(session._jsparkSession)
    return session


def _copy_settings(spark: SparkSession, session: SparkSession) -> None:
    """A new session has the context's settings, not those that `_join` gave to the session it joined."""
    given, fresh = _settings(spark), _settings(session)
    for key in given.keys() - {_OWNED}:
        if key.startswith("spark.sql.") and fresh.get(key, "") != given[key]:
            session.conf.set(key, given[key])


def _settings(session: SparkSession) -> dict[str, str]:
    """All at once, as text: a Java map is handed over entry by entry."""
    java = java_class("scala.collection.JavaConverters").mapAsJavaMap(session._jsparkSession.conf().getAll())
    text = java_class("com.fasterxml.jackson.databind.ObjectMapper")().writeValueAsString(java)
    settings: dict[str, str] = json.loads(text)
    return settings


def stop(spark: SparkSession) -> None:
    """Stop Spark if `create_session` started it; a context it found running is left alone."""
    if spark.conf.get(_OWNED, "false") == "true":
        stop_callbacks()
        spark.stop()


def _launcher_settings() -> dict[str, str] | None:
    """What spark-submit was told; None if this process starts its JVM itself."""
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        return None
    SparkContext._ensure_initialized()
    return dict(SparkConf().getAll())


def _before(jar_groups: Collection[str]) -> list[str]:
    """Spark's log4j has to be found first: iceberg-aws-bundle carries one that writes to stdout."""
    home: Callable[[], str] = _find_spark_home
    return [f"{home()}/jars/*"] if "glue" in jar_groups else []


def _jar_setting(settings: Mapping[str, str], paths: list[str], *, local: bool) -> dict[str, str]:
    """`spark.jars`, but for a local master: its executor would copy jar by jar at each start."""
    key, separator = ("spark.driver.extraClassPath", ":") if local else ("spark.jars", ",")
    return {key: separator.join(filter(None, [settings.get(key), *paths]))}


def _add_to_running_jvm(paths: list[str]) -> None:
    """Under spark-submit the JVM runs before the script: `spark.jars` set now reaches executors
    but not the driver's class loader, where catalogs and extensions are looked up."""
    jvm: Any = SparkContext._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    for path in paths:
        loader.addURL(jvm.java.io.File(path).toURI().toURL())


def _start(app_name: str, settings: Mapping[str, str]) -> SparkSession:
    builder = SparkSession.builder
    for key, value in {**settings, "spark.app.name": app_name, _OWNED: "true"}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    pin_names()
    return session


@contextmanager
def _muted() -> Iterator[None]:
    """What Java prints meanwhile is lost."""
    system: Any = java_class("java.lang.System")
    jvm: Any = SparkContext._jvm
    streams = getattr(system, "out"), getattr(system, "err")  # noqa: B009 - Java fields
    nowhere = jvm.java.io.PrintStream(jvm.java.io.OutputStream.nullOutputStream())
    system.setOut(nowhere)
    system.setErr(nowhere)
    try:
        yield
    finally:
        system.setOut(streams[0])
        system.setErr(streams[1])


def _greet_quietly(jar_groups: Collection[str]) -> None:
    """Some libraries print when they are first used, Hudi's on stdout, where `--json` writes."""
    if not {"deequ", "hudi"} & set(jar_groups):
        return
    loader = java_class("java.lang.Thread").currentThread().getContextClassLoader()
    with _muted():
        for name in _TELLTALES if "deequ" in jar_groups else ():
            java_class("java.lang.Class").forName(name, True, loader)
        if "hudi" in jar_groups:
            java_class(_HUDI_SIZES).current()


def _hand_over(running: SparkSession, secrets: Mapping[str, str]) -> None:
    """Hadoop's settings that are secrets: they must not stand in the definition of a job."""
    prefix = "spark.hadoop."
    context: Any = running.sparkContext
    hadoop = context._jsc.hadoopConfiguration()
    for key, value in secrets.items():
        if key.startswith(prefix):
            hadoop.set(key.removeprefix(prefix), value)


def _join(running: SparkSession, settings: dict[str, str]) -> SparkSession:
    wanted = set(filter(None, settings.get("spark.sql.extensions", "").split(",")))
    present = set((running.conf.get("spark.sql.extensions", "") or "").split(","))
    if missing := wanted - present:
        raise EtlError(
            f"the running Spark session was started without {', '.join(sorted(missing))}",
            hint=f"start it with --conf spark.sql.extensions={settings['spark.sql.extensions']}",
        )
    pin_names()
    session = running.newSession()
    for key, value in settings.items():
        if session.conf.isModifiable(key) or key.startswith("spark.sql.catalog."):
            session.conf.set(key, value)
    session.conf.set(_OWNED, "false")
    return session
