"""Where AWS is: regions and endpoints from its standard settings, never from code; S3's URIs. No boto3.

Source: AWS SDKs and Tools Reference Guide, "Region" and "Service-specific endpoints".
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from etl_core.errors import ConfigError

_S3 = re.compile(r"s3[an]?://(?P<bucket>[^/]+)/?(?P<key>.*)", re.DOTALL)


@dataclass(frozen=True)
class S3Place:
    """A bucket and a key in it, without slashes around; "" is the bucket as a whole."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """`s3://`, as catalogs, pyarrow's peers and Glue spell it; never percent-encoded."""
        return f"s3://{self.bucket}/{self.key}"


def s3_place(uri: str) -> S3Place:
    """`s3://`, `s3a://` and `s3n://` name the same. Raises ConfigError for anything else."""
    match = _S3.fullmatch(uri)
    if match is None:
        raise ConfigError(f"{uri!r} is no S3 URI", hint="write s3://bucket/folder")
    return S3Place(match["bucket"], match["key"].strip("/"))


def endpoint(service: str) -> str:
    """What AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL, says; "" for AWS's own."""
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return ""
    return os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL", "")


def region_setting() -> str:
    """AWS_REGION, else AWS_DEFAULT_REGION; "" where neither is set."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
