"""The jars a project's tables need on Glue: those of the formats are there, the others travel along."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from etl_core.config.project import Project
from etl_core.deploy.bundle.manifest import Artifact, JarPin
from etl_core.runtime.jars import locked, resolve
from etl_core.runtime.settings import text

JARS = "jars"
LAKE_FORMATS = ("delta", "hudi", "iceberg")  # what --datalake-formats knows and brings


def shipped_jars(project: Project, groups: Collection[str]) -> dict[str, bytes]:
    """Path in the bundle -> content. Raises EtlError if a jar cannot be fetched."""
    environment = project.environment
    settings = {key: text(value) for key, value in environment.spark.items()}
    wanted = set(groups) - set(LAKE_FORMATS)
    paths = resolve(environment.profile, wanted, settings)
    return {f"{JARS}/{path.name}": path.read_bytes() for path in paths}


def jar_pins(
    project: Project, groups: Collection[str], artifacts: Mapping[str, Artifact]
) -> tuple[JarPin, ...]:
    """Of the profile's jars those of `groups`, and where the bundle has them."""
    return tuple(
        JarPin(
            coordinates=jar.coordinates,
            file_name=jar.file_name,
            sha256=jar.sha256,
            groups=jar.groups,
            file=artifacts.get(f"{JARS}/{jar.file_name}"),
        )
        for jar in locked(project.environment.profile)
        if set(groups) & set(jar.groups)
    )
