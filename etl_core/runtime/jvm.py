"""Java classes by name, at the price of no search.

`_jvm.a.b.C` asks the JVM at every dot whether it has come to a class, and each wrong guess looks through
all jars: in a run of many small tables that was a tenth of all CPU time.
"""

from __future__ import annotations

from typing import Any

from py4j.java_gateway import JavaClass
from pyspark import SparkContext

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


def pin_names() -> None:
    """Tell PySpark's view of the JVM where those classes are; it then asks no more."""
    for name, full in _OFTEN.items():
        vars(SparkContext._jvm)[name] = java_class(full)


def stop_callbacks() -> None:
    """Stop the server through which the JVM calls Python, if a library has started one: its thread would
    keep the process alive."""
    gateway: Any = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown_callback_server()
