"""How engines without a JVM are told where a warehouse's objects are, and how to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl_core.aws.addresses import endpoint, region_setting
from etl_core.config.uris import is_s3

if TYPE_CHECKING:
    from pyarrow import fs


def object_store(uri: str) -> dict[str, str]:
    """Options of the Rust crate object_store, by which delta-rs and hudi-rs read. Credentials they find
    as AWS's SDK does. Source: object_store, AmazonS3ConfigKey."""
    if not is_s3(uri):
        return {}
    url, region = endpoint("s3"), region_setting()
    found = {
        "aws_endpoint": url,
        "aws_region": region,
        "aws_allow_http": "true" if url[:5] == "http:" else "",
    }
    return {key: value for key, value in found.items() if value}


def arrow_place(uri: str) -> tuple[fs.FileSystem, str]:
    """pyarrow's file system, and the path on it."""
    if is_s3(uri):
        from etl_core.aws.addresses import s3_place
        from etl_core.aws.arrow import arrow_s3

        place = s3_place(uri)
        return arrow_s3(place.bucket), f"{place.bucket}/{place.key}"
    from pyarrow import fs

    return fs.LocalFileSystem(), uri.removeprefix("file://")
