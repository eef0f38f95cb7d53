"""Small objects in a bucket.

S3 is strongly consistent: what was written is read and listed from then on (Amazon S3 User Guide, "data
consistency model"). Folders do not exist; what stands for them (a key that ends in `/`, or EMR's
`_$folder$`) is never listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from etl_core.aws.addresses import s3_place
from etl_core.aws.clients import Client, client
from etl_core.aws.errors import aws_errors, code_of
from etl_core.errors import StateError
from etl_core.storage.keys import key_parts

_ABSENT = {"NoSuchKey"}
_TAKEN = {"PreconditionFailed", "412"}
# Another conditional write to the key was under way: "retry the upload" (API reference, PutObject).
_CONFLICT = {"ConditionalRequestConflict", "409"}
_DELETED_AT_ONCE = 1000  # keys a DeleteObjects takes


class S3Storage:
    """Every object is one of the bucket's, below the warehouse's prefix. S3 shows an object whole or not
    at all, and replaces it in one step."""

    def __init__(self, warehouse: str) -> None:
        self._root = s3_place(warehouse)

    def read(self, key: str) -> bytes | None:
        with self._named(key):
            try:
                answer = self._s3.get_object(**self._at(key))
            except ClientError as error:
                if code_of(error) in _ABSENT:
                    return None
                raise
            content: bytes = answer["Body"].read()
            return content

    def write(self, key: str, data: bytes) -> None:
        with self._named(key):
            self._s3.put_object(**self._at(key), Body=data)

    def create(self, key: str, data: bytes) -> bool:
        """A PUT with `If-None-Match: *`. Where boto3 sent it more than once, the name may be taken by our
        own first try, of which only the answer was lost."""
        busy = Retrying(
            retry=retry_if_exception(_is_conflict),
            wait=wait_random(0, 0.2),
            stop=stop_after_delay(20),
            reraise=True,
        )
        with self._named(key):
            try:
                busy(self._s3.put_object, **self._at(key), Body=data, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) not in _TAKEN:
                    raise
                tries = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
                return bool(tries) and self.read(key) == data
            return True

    def delete(self, key: str) -> None:
        """First what lies below, so that a delete that was cut short can be told and repeated."""
        below = [found for found, _ in self._below(key)]
        with self._named(key):
            for start in range(0, len(below), _DELETED_AT_ONCE):
                self._delete_all(below[start : start + _DELETED_AT_ONCE])
            self._s3.delete_object(**self._at(key))

    def list(self, prefix: str) -> list[str]:
        return sorted(self.sizes(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        start = len(self._full("")) + 1 if self._full("") else 0
        found = ((key[start:], size) for key, size in self._below(prefix))
        return {key: size for key, size in found if not key.endswith(("/", "_$folder$"))}

    def uri(self, key: str) -> str:
        return f"s3://{self._root.bucket}/{self._full(key)}"

    @property
    def _s3(self) -> Client:
        return client("s3")

    def _full(self, key: str) -> str:
        return "/".join(filter(None, (self._root.key, *key_parts(key, self._root.uri))))

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._root.bucket, "Key": self._full(key)}

    def _below(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Whole keys and sizes of all objects below `prefix/`."""
        full = self._full(prefix)
        pages = self._named_s3(prefix).get_paginator("list_objects_v2")
        with self._named(prefix):
            for page in pages.paginate(Bucket=self._root.bucket, Prefix=f"{full}/" if full else ""):
                for item in page.get("Contents", ()):
                    yield item["Key"], item["Size"]

    def _named_s3(self, key: str) -> Client:
        with self._named(key):
            return self._s3

    def _delete_all(self, keys: Sequence[str]) -> None:
        objects = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        answer = self._s3.delete_objects(Bucket=self._root.bucket, Delete=objects)
        if refused := answer.get("Errors"):
            first: dict[str, Any] = refused[0]
            raise ClientError({"Error": {"Code": first["Code"], "Message": first["Message"]}}, "DeleteObject")

    @contextmanager
    def _named(self, key: str) -> Iterator[None]:
        with aws_errors(f"reach {self.uri(key)}", StateError):
            yield


def _is_conflict(error: BaseException) -> bool:
    return isinstance(error, ClientError) and code_of(error) in _CONFLICT
