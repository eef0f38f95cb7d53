"""pyarrow's view of S3, with the same settings as boto3's; what its errors mean."""

from __future__ import annotations

import re
from functools import cache

from pyarrow import fs

from etl_core.aws.addresses import endpoint
from etl_core.aws.clients import session_region
from etl_core.aws.errors import SIGN_IN

_DEFAULT_REGION = "us-east-1"  # what AWS itself takes where nothing is said
# pyarrow says: "... AWS Error ACCESS_DENIED during ListObjectsV2 operation: ..."
_ERROR = re.compile(r"AWS Error (?P<code>\w+)(?: \(HTTP status (?P<status>\d+)\))? during (?P<operation>\w+)")
_BY_STATUS = {"403": "ACCESS_DENIED", "301": "MOVED"}  # HTTP's, of errors that pyarrow has no name for
_MEANINGS = {
    "ACCESS_DENIED": ("access denied", "whoever runs this needs the right for {operation} there"),
    "NO_SUCH_BUCKET": ("there is no such bucket", "create it, or correct its name"),
    "MOVED": ("the bucket is in another region", "set AWS_REGION to the bucket's region"),
    "NETWORK_CONNECTION": ("AWS cannot be reached", "check the network, the proxy and the region"),
}


def arrow_s3(bucket: str) -> fs.S3FileSystem:
    """Paths on it are `bucket/key`. Raises OSError where the bucket's region cannot be found out."""
    url = endpoint("s3")
    if url:
        scheme, _, host = url.rstrip("/").partition("://")
        region = session_region() or _DEFAULT_REGION
        return fs.S3FileSystem(endpoint_override=host, scheme=scheme, region=region)
    return fs.S3FileSystem(region=_region_of(bucket))


@cache
def _region_of(bucket: str) -> str:
    """A bucket never moves."""
    return str(fs.resolve_s3_region(bucket))


def explain(error: OSError) -> tuple[str, str]:
    """Cause and hint, each one line."""
    text = str(error)
    match = _ERROR.search(text)
    if "ExpiredToken" in text or "EXPIRED_TOKEN" in text:
        return "the credentials have expired", SIGN_IN
    if match is None:
        return text.partition("\n")[0], ""
    code = _BY_STATUS.get(match["status"] or "", match["code"])
    cause, hint = _MEANINGS.get(code, (text[match.start() :].partition("\n")[0], ""))
    return cause, hint.format(operation=match["operation"])
