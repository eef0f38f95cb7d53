"""boto3's clients; credentials, endpoint and region come from its own settings."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from etl_core.aws.addresses import endpoint, region_setting

Client = Any  # boto3 makes its clients' classes at run time


def client(service: str, region: str = "") -> Client:
    """`region`: "" for the one that is set. A client serves all threads; making one takes about 0.1 s.

    Objects at an endpoint of one's own are addressed by path: it has no name for each bucket. Raises
    botocore's own errors (see `aws_errors`).
    """
    url = endpoint(service)
    style = {"addressing_style": "path"} if url and service == "s3" else None
    config = Config(
        retries={"mode": "standard", "max_attempts": 5},
        # a heartbeat that hangs for a minute would lose its lease
        connect_timeout=10,
        read_timeout=30,
        s3=style,
        user_agent_extra="strata",
    )
    session = boto3.Session(region_name=region or region_setting() or None)
    return session.client(service, config=config, endpoint_url=url or None)


def session_region() -> str:
    """The region of AWS's settings, its profile included; "" if there is none."""
    return region_setting() or boto3.Session().region_name or ""
