"""Resolve jars with Spark's own resolver. Run as a script, in a JVM of its own.

A session's jars must be known when its JVM starts, so they are fetched by an earlier, short-lived one.
In: a JSON object on stdin, {"coordinates": [...], "settings": {Spark setting: value}}.
Out: the last line of stdout, a JSON object, coordinates -> path. Ivy's own report goes to stderr.

Ivy settings, repositories and mirrors are those of Spark's configuration (spark-defaults.conf,
PYSPARK_SUBMIT_ARGS, or `settings`); nothing here names a host.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyspark.conf import SparkConf
from pyspark.java_gateway import launch_gateway


def resolve(coordinates: list[str], settings: dict[str, str]) -> dict[str, str]:
    """Each jar alone, without its dependencies: those are part of Spark or of the lock."""
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    jvm: Any = launch_gateway(conf).jvm  # type: ignore[no-untyped-call]
    for key, value in settings.items():
        jvm.java.lang.System.setProperty(key, value)
    return {one: _resolve_one(jvm, one) for one in coordinates}


def _resolve_one(jvm: Any, coordinates: str) -> str:
    uri = jvm.java.net.URI(f"ivy://{coordinates}?transitive=false")
    paths = jvm.org.apache.spark.util.DependencyUtils.resolveMavenDependencies(uri)
    if paths.length() != 1:
        raise SystemExit(f"{coordinates}: expected one jar, got {paths.length()}")
    return str(paths.apply(0)).removeprefix("file:")


def main() -> None:
    request = json.load(sys.stdin)
    print(json.dumps(resolve(request["coordinates"], request["settings"])))


if __name__ == "__main__":
    main()
