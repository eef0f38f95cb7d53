"""boto3's clients; credentials, endpoint and region come from its own settings."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from etl_core.aws.addresses import endpoint, region_setting

Client = Any  # boto3 makes its clients' classes at run time


# What says who asks, beside what `client` is told.
_WHO = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def client(service: str, region: str = "") -> Client:
    """`region`: "" for the one that is set. One client a service, region, endpoint and identity serves
    all threads and tables: making one takes about 0.1 s.

    Objects at an endpoint of one's own are addressed by path: it has no name for each bucket. Raises
    botocore's own errors (see `aws_errors`).
    """
    who = tuple(os.environ.get(name, "") for name in _WHO)
    return _made(service, region or region_setting(), endpoint(service), who)


@cache
def _made(service: str, region: str, url: str, _who: tuple[str, ...]) -> Client:
    style = {"addressing_style": "path"} if url and service == "s3" else None
    config = Config(
        retries={"mode": "standard", "max_attempts": 5},
        # a heartbeat that hangs for a minute would lose its lease
        connect_timeout=10,
        read_timeout=30,
        # as many tables as may run at once, and their heartbeats
        max_pool_connections=64,
        s3=style,
        user_agent_extra="strata",
    )
    session = boto3.Session(region_name=region or None)
    return session.client(service, config=config, endpoint_url=url or None)


def session_region() -> str:
    """The region of AWS's settings, its profile included; "" if there is none."""
    return region_setting() or boto3.Session().region_name or ""
