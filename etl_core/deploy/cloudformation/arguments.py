"""The default arguments of a Glue job.

Names: AWS Glue Developer Guide, "Using job parameters in AWS Glue jobs". Glue takes one `--conf` only;
more settings are chained within its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from etl_core.config.project import Project
from etl_core.config.secrets import SCHEME, redact
from etl_core.deploy.bundle.jars import LAKE_FORMATS
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.common.places import bundle_place, deploy_config, temp_place
from etl_core.deploy.common.units import Unit
from etl_core.errors import ConfigError
from etl_core.runtime.settings import FIXED, text

_EXTENSIONS = {
    "delta": "io.delta.sql.DeltaSparkSessionExtension",
    "hudi": "org.apache.spark.sql.hudi.HoodieSparkSessionExtension",
    "iceberg": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
}


def default_arguments(project: Project, bundle: Bundle, unit: Unit) -> dict[str, str]:
    """All values are text, as Glue wants them. Raises ConfigError for a Spark setting that cannot go
    into a job's definition."""
    config = deploy_config(project)
    place = bundle_place(config, bundle.digest)
    formats = _formats(project, unit)
    arguments = {
        "--env": project.environment_name,
        "--select": ",".join(unit.tables),
        "--additional-python-modules": ",".join(place.below(name).uri for name in bundle.modules),
        "--python-modules-installer-option": "--no-index",
        "--extra-jars": ",".join(place.below(name).uri for name in bundle.jars),
        "--datalake-formats": ",".join(formats),
        "--conf": _chained(static_settings(project.environment.spark, formats)),
        "--timeout_minutes": str(unit.capacity.timeout_minutes),
        "--TempDir": temp_place(config, unit.name).uri + "/",
        "--enable-glue-datacatalog": "true",
        "--enable-metrics": "true",
        "--job-bookmark-option": "job-bookmark-disable",  # Strata keeps its own progress, with the data
    }
    return {name: value for name, value in arguments.items() if value}


def _formats(project: Project, unit: Unit) -> list[str]:
    """Of the job's tables and of all they read."""
    tables = [project.tables[name] for name in unit.tables]
    read = [project.tables[name] for table in tables for name in table.config.upstream]
    return sorted({table.format for table in (*tables, *read)} & set(LAKE_FORMATS))


def static_settings(spark: Mapping[str, object], formats: Iterable[str]) -> dict[str, str]:
    """What must be known before the context starts, of the environment's `spark:` and for tables of
    `formats`; the job sets everything else itself."""
    given = {key: text(value) for key, value in spark.items()}
    user = {
        key: value
        for key, value in given.items()
        if not key.startswith("spark.sql.") and key != "spark.master" and not value.startswith(SCHEME)
    }
    static = {key: value for key, value in FIXED.items() if not key.startswith("spark.sql.")}
    extensions = ",".join(_EXTENSIONS[name] for name in formats)
    return {**user, **static, **({"spark.sql.extensions": extensions} if extensions else {})}


def _chained(settings: dict[str, str]) -> str:
    for key, value in settings.items():
        pair = f"{key}={value}"
        if redact(pair) != pair:
            hint = "write secret://name/key: the job then fetches it"
            raise ConfigError(f"the Spark setting {key!r} would show a secret in the job", hint=hint)
        if any(mark in value for mark in (" ", "\n", "\t")):
            hint = "take it out of `spark:` of this environment"
            raise ConfigError(f"the Spark setting {key!r} holds blanks, which Glue would part", hint=hint)
        if value.startswith("/") or "file:/" in value:
            hint = "use an s3:// path"
            raise ConfigError(f"the Spark setting {key!r} names a path of this machine", hint=hint)
    return " --conf ".join(f"{key}={settings[key]}" for key in sorted(settings))
