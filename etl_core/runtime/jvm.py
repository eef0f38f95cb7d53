"""Java classes by name, at the price of no search.

`_jvm.a.b.C` asks the JVM at every dot whether it has come to a class, and each wrong guess looks through
all jars: in a run of many small tables that was a tenth of all CPU time.
"""

from __future__ import annotations

from typing import Any

import pyspark
from py4j.java_gateway import JavaClass
from pyspark import SparkContext

SPARK_4 = int(pyspark.__version__.partition(".")[0]) >= 4
# Where the classes are that PySpark's sessions and frames are made of: in Spark 4 their old names are
# those of interfaces, which Spark Connect has too.
_SQL = "org.apache.spark.sql.classic" if SPARK_4 else "org.apache.spark.sql"
# What PySpark itself looks up again and again by an imported name, with every one of its DataFrame calls.
_OFTEN = {
    "functions": "org.apache.spark.sql.functions",
    "SparkSession": "org.apache.spark.sql.SparkSession",
    "PythonUtils": "org.apache.spark.api.python.PythonUtils",
    "PythonSQLUtils": "org.apache.spark.sql.api.python.PythonSQLUtils",
}

Java = Any  # a py4j proxy; it has no types that mypy could know


def java_class(name: str) -> Java:
    """The class of that full name (`a.b.Outer$Inner`): call its static methods, or itself to make an object.

    A name that no class has is only noticed in use.
    """
    gateway: Any = SparkContext._gateway
    return JavaClass(name, gateway._gateway_client)


def sql_class(name: str) -> Java:
    """`SparkSession` or `Dataset`, to call their static methods."""
    return java_class(f"{_SQL}.{name}")


def pin_names() -> None:
    """Tell PySpark's view of the JVM where those classes are; it then asks no more."""
    for name, full in _OFTEN.items():
        java = java_class(full)
        vars(SparkContext._jvm).update({name: java, full: java})  # Spark 4 asks by either


def stop_callbacks() -> None:
    """Stop the server through which the JVM calls Python, if a library has started one: its thread would
    keep the process alive."""
    gateway: Any = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown_callback_server()
