"""Buckets. boto3 is imported when a bucket is asked for: it is only there with the extra `aws`."""

from __future__ import annotations

from collections.abc import Callable

from pyarrow import fs

from etl_core.aws.addresses import s3_place
from etl_core.errors import SourceError
from etl_core.sources.filesystems.protocol import FILESYSTEMS


class S3Filesystem:
    """pyarrow's paths are `bucket/key`, Spark's `s3://bucket/key`."""

    def open(self, address: str) -> tuple[fs.FileSystem, str]:
        from etl_core.aws.arrow import arrow_s3

        place = s3_place(address)
        return arrow_s3(place.bucket), "/".join(filter(None, (place.bucket, place.key)))

    def etags(self) -> Callable[[str], str]:
        """S3's ETag. A copy keeps it; a file sent again in other parts, or under a KMS key, gets another."""
        from etl_core.aws.clients import client
        from etl_core.aws.errors import aws_errors

        with aws_errors("reach S3", SourceError):
            s3 = client("s3")

        def etag(uri: str) -> str:
            place = s3_place(uri)
            with aws_errors(f"read {uri}", SourceError):
                return str(s3.head_object(Bucket=place.bucket, Key=place.key)["ETag"]).strip('"')

        return etag

    def uri(self, path: str) -> str:
        return f"s3://{path}"

    def arrow_path(self, uri: str) -> str:
        return uri.removeprefix("s3://")

    def is_empty_folder(self, filesystem: fs.FileSystem, path: str) -> bool:
        """A folder is there by its files only, so that without any it is empty; not so a bucket. Asked
        by a listing below the folder: a look at the bucket itself needs the right to list all of it."""
        from botocore.exceptions import ClientError

        from etl_core.aws.clients import client
        from etl_core.aws.errors import aws_errors, code_of

        bucket, _, key = path.partition("/")
        with aws_errors(f"list s3://{path}", SourceError):
            try:
                client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{key}/" if key else "", MaxKeys=1)
            except ClientError as error:
                if code_of(error) != "NoSuchBucket":
                    raise
                return False
            return True

    def explain(self, error: OSError) -> tuple[str, str]:
        from etl_core.aws.arrow import explain

        return explain(error)


_S3 = S3Filesystem()
for _scheme in ("s3", "s3a", "s3n"):
    FILESYSTEMS.add(_scheme, _S3)
