"""The Spark that this Python has, and the runtime profile that goes with it."""

from __future__ import annotations

from importlib.metadata import version

from etl_core.config.profiles import DEFAULT, RUNTIMES, Profile
from etl_core.errors import EtlError

EXTRAS: dict[Profile, str] = {"glue-5.1": "local", "glue-6.0": "local6"}


def installed_profile() -> Profile:
    """The profile of the PySpark that is installed; the default one where none fits."""
    here = _line(version("pyspark"))
    return next((name for name, runtime in RUNTIMES.items() if _line(runtime.spark) == here), DEFAULT)


def check_spark(profile: Profile, found: str = "") -> None:
    """Raises EtlError where PySpark `found` ("": the one that is installed) is of another line (3.5, 4.1)
    than the profile's: its jars would not fit."""
    found = found or version("pyspark")
    wanted = RUNTIMES[profile].spark
    if _line(found) != _line(wanted):
        raise EtlError(
            f"profile {profile} is for Spark {_line(wanted)}, and PySpark {found} is installed here",
            hint=f"in an environment of its own: pip install 'strata-etl[{EXTRAS[profile]}]'",
        )


def _line(spark: str) -> str:
    return ".".join(spark.split(".")[:2])
