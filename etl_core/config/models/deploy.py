"""`deploy:` of an environment file: where a project goes on AWS, and what its capacity costs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from etl_core.config.models.base import Model

BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"  # S3 User Guide, "Bucket naming rules"
KEY_PREFIX = r"^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$"
REGION = r"^[a-z]{2}(-[a-z]+)+-\d$"
STACK = r"^[A-Za-z][A-Za-z0-9-]{0,127}$"
# KMS API reference, "KeyId": the id alone; its ARN would name an account
KMS_KEY = r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
MAIL = r"^[^@\s]+@[^@\s]+$"

KmsKey = Annotated[str, StringConstraints(pattern=KMS_KEY)]
Mail = Annotated[str, StringConstraints(pattern=MAIL)]


class Prices(Model):
    """Per DPU-hour. The defaults are those of us-east-1; look up those of your region."""

    standard: float = Field(default=0.44, ge=0, description="Standard execution.")
    flex: float = Field(default=0.29, ge=0, description="Flex execution.")
    memory: float = Field(default=0.52, ge=0, description="R worker types (memory-optimized DPU).")
    currency: str = Field(default="USD", min_length=1, max_length=8)


class DeployConfig(Model):
    """Where `strata deploy` brings the project, and what `strata cost` reckons with."""

    bucket: str = Field(pattern=BUCKET, description="S3 bucket of the bundles, in the same region.")
    prefix: str = Field(default="strata", pattern=KEY_PREFIX, description="Folder within the bucket.")
    region: str = Field(pattern=REGION, description="Region of the stack and of its buckets.")
    stack: str | None = Field(
        default=None, pattern=STACK, description="Name of the CloudFormation stack. Default: project-env."
    )
    notify: tuple[Mail, ...] = Field(
        default=(), description="Mail addresses that hear of failed, stopped and timed-out jobs."
    )
    kms_keys: tuple[KmsKey, ...] = Field(
        default=(), description="Ids of the KMS keys that encrypt buckets and secrets, in the same account."
    )
    tags: dict[str, str] = Field(default={}, description="Tags of the stack and all that is in it.")
    lake_formation_tags: dict[str, str] = Field(
        default={}, description="Existing LF-tags that the databases get: key to value."
    )
    prices: Prices = Prices()
