"""A bundle's files on S3, below a folder named by their content."""

from __future__ import annotations

import hashlib

from botocore.exceptions import ClientError

from etl_core.deploy.aws import Clients, aws_errors, code_of
from etl_core.deploy.bundle.manifest import FILE
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.common.places import Place


def upload_bundle(clients: Clients, bundle: Bundle, place: Place) -> int:
    """How many files were sent; 0 if the bundle is there. The manifest goes last: where it is, all is."""
    with aws_errors(f"upload the bundle to {place.uri}"):
        if _exists(clients, place.below(FILE)):
            return 0
        for name in (*sorted(bundle.files), FILE):
            target = place.below(name)
            clients.s3.upload_file(
                str(bundle.folder / name),
                target.bucket,
                target.key,
                ExtraArgs={"ChecksumAlgorithm": "SHA256"},
            )
    return len(bundle.files) + 1


def upload_template(clients: Clients, text: str, place: Place) -> str:
    """The template's URL, as CloudFormation takes it: larger than what a request may hold."""
    content = text.encode()
    target = place.below("templates", f"{hashlib.sha256(content).hexdigest()[:16]}.yaml")
    with aws_errors(f"upload the template to {target.uri}"):
        clients.s3.put_object(Bucket=target.bucket, Key=target.key, Body=content)
        url: str = clients.s3.generate_presigned_url(
            "get_object", Params={"Bucket": target.bucket, "Key": target.key}
        )
    return url.partition("?")[0]


def _exists(clients: Clients, place: Place) -> bool:
    try:
        clients.s3.head_object(Bucket=place.bucket, Key=place.key)
    except ClientError as error:
        if code_of(error) in ("404", "NoSuchKey"):
            return False
        raise
    return True
