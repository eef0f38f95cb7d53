"""What has to be right before anything is written to AWS."""

from __future__ import annotations

from etl_core.config.project import Project
from etl_core.deploy.aws import Clients, aws_errors
from etl_core.deploy.common.places import deploy_config, warehouse
from etl_core.errors import DeployError


def check_account(clients: Clients, project: Project) -> None:
    """Credentials, and the buckets of bundle and warehouse: there, to be reached, in the stack's region.

    Raises DeployError for the first thing that is wrong. Writes nothing.
    """
    with aws_errors("find out who is signed in"):
        clients.sts.get_caller_identity()
    for bucket in dict.fromkeys((deploy_config(project).bucket, warehouse(project).bucket)):
        _check_bucket(clients, bucket)


def _check_bucket(clients: Clients, bucket: str) -> None:
    with aws_errors(f"use the bucket {bucket}"):
        answer = clients.s3.head_bucket(Bucket=bucket)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    region = answer.get("BucketRegion") or headers.get("x-amz-bucket-region") or clients.region
    if region != clients.region:
        raise DeployError(
            f"the bucket {bucket} is in {region}, the stack in {clients.region}",
            hint="use a bucket of the stack's region, or correct `deploy.region`",
        )
