"""Where on S3 things lie: URIs taken apart, the bundle's folder, the tables' folders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl_core.config.models.deploy import BUCKET, DeployConfig
from etl_core.config.project import Project
from etl_core.config.secrets import redact
from etl_core.errors import ConfigError

_S3 = re.compile(r"s3[an]?://(?P<bucket>[^/]+)/?(?P<key>.*)")
_DIGITS = 16  # of the SHA-256: one project never has two bundles with these in common


@dataclass(frozen=True, order=True)
class Place:
    """A folder (or object) on S3, without a slash at its end; "" is the bucket as a whole."""

    bucket: str
    key: str

    def below(self, *parts: str) -> Place:
        return Place(self.bucket, "/".join(filter(None, (self.key, *parts))))

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def on_s3(uri: str, what: str) -> Place:
    """Raises ConfigError for what a Glue job cannot reach: `what` says whose path it is."""
    match = _S3.fullmatch(uri)
    if match is None:
        hint = "a Glue job reads and writes s3:// only; set it for this environment"
        raise ConfigError(f"{what} is not on S3", hint=hint)
    bucket, key = match["bucket"], match["key"].strip("/")
    if not re.fullmatch(BUCKET, bucket) or "//" in key or redact(uri) != uri:
        raise ConfigError(f"{what} is no S3 URI", hint="write s3://bucket/folder")
    return Place(bucket, key)


def deploy_config(project: Project) -> DeployConfig:
    """Raises ConfigError if the environment has no `deploy:`."""
    if project.environment.deploy is None:
        name = project.environment_name
        raise ConfigError(
            f"environment {name!r} does not say where to deploy",
            hint=f"add `deploy:` with bucket and region to conf/environments/{name}.yaml",
        )
    return project.environment.deploy


def warehouse(project: Project) -> Place:
    name = project.environment_name
    return on_s3(project.environment.warehouse, f"the warehouse of environment {name!r}")


def bundle_place(config: DeployConfig, digest: str) -> Place:
    """Named by the content: what runs there is never changed under a running job."""
    return Place(config.bucket, config.prefix).below("bundles", digest[:_DIGITS])


def temp_place(config: DeployConfig, job: str) -> Place:
    return Place(config.bucket, config.prefix).below("tmp", job)
