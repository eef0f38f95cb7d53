"""An AWS to test against: moto's server, and the settings by which everything finds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.core.exceptions import JsonRESTError
from moto.glue.responses import GlueResponse
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"


@contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a server of its own."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    _, port = running.get_host_and_port()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.stop()


def settings(url: str, folder: Path) -> dict[str, str]:
    """AWS's standard settings; no file of this machine is looked at."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }


def refuse_stale_updates(
    patch: pytest.MonkeyPatch, asked: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """moto takes an update of a table whatever version it names. Make it refuse one that names another than
    the newest, as AWS does (Glue Web API reference, UpdateTable). Returns the updates that come (`asked`)."""
    asked = [] if asked is None else asked
    real = GlueResponse.update_table

    def update(self: GlueResponse) -> str:
        asked.append(dict(self.parameters))
        names = self.parameters["DatabaseName"], self.parameters["TableInput"]["Name"]
        version = self.glue_backend.get_table(*names).as_dict()["VersionId"]
        if self.parameters.get("VersionId", version) != version:
            raise JsonRESTError("ConcurrentModificationException", "Update table failed")
        return real(self)

    patch.setattr(GlueResponse, "update_table", update)
    return asked


def empty_account(url: str, *buckets: str) -> None:
    """Nothing but `buckets`."""
    requests.post(f"{url}/moto-api/reset", timeout=10)
    s3 = boto3.client(
        "s3", endpoint_url=url, region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
    )
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
