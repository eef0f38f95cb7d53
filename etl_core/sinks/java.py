"""Errors of Java and Spark, as every sink reports them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from etl_core.errors import EtlError, SinkError


@contextmanager
def java_errors(what: str, kind: type[EtlError] = SinkError) -> Iterator[None]:
    """Turn Java and Spark errors into `kind`, keeping the messages of the whole chain of causes."""
    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        raise kind(f"{what}: {messages(error)}") from error


def class_of(error: Py4JJavaError | PySparkException) -> str:
    """Simple name of the Java exception; PySpark's own classes are called like Java's."""
    if isinstance(error, PySparkException):
        return type(error).__name__
    return str(error.java_exception.getClass().getSimpleName())


def messages(error: Exception) -> str:
    """First lines along the chain of causes, without the stack traces that Spark puts in messages."""
    if not isinstance(error, Py4JJavaError):
        return str(error).partition("\n\nJVM stacktrace")[0].strip()
    found: list[str] = []
    cause = error.java_exception
    while cause is not None:
        line = str(cause.getMessage() or class_of(error)).strip().partition("\n")[0]
        if line not in found:
            found.append(line)
        cause = cause.getCause()
    return "; ".join(found)
