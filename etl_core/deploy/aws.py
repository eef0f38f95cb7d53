"""The AWS clients of a deployment, and AWS's errors as it reports them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import boto3

from etl_core.aws import errors
from etl_core.aws.errors import code_of
from etl_core.errors import DeployError

__all__ = ["Clients", "aws_errors", "clients", "code_of"]
_WHO = "whoever deploys"
_REGION = "use a bucket of the stack's region, or correct `deploy.region`"


@dataclass(frozen=True)
class Clients:
    """boto3's clients, all in one region; they take endpoint and credentials from its own settings."""

    region: str
    s3: Any
    cloudformation: Any
    sts: Any


def clients(region: str) -> Clients:
    with aws_errors("begin a session with AWS"):
        session = boto3.Session(region_name=region)
        return Clients(region, *(session.client(name) for name in ("s3", "cloudformation", "sts")))


def aws_errors(doing: str) -> AbstractContextManager[None]:
    """`doing` completes "cannot ...". Raises DeployError for whatever boto3 raises."""
    return errors.aws_errors(doing, DeployError, who=_WHO, region=_REGION)
