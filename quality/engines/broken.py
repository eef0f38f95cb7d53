"""What Spark raises for a rule that it cannot evaluate, and what of that is said to people."""

from __future__ import annotations

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from quality.engines.refusals import UnjudgeableError

ERRORS = (PySparkException, Py4JError, UnjudgeableError)


def reason(error: Exception) -> str:
    """The engine's message in one line, without the plan that Spark adds to it."""
    text = str(getattr(error, "java_exception", None) or error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__
