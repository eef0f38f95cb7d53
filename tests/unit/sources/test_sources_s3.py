"""Landing areas in a bucket, as moto's server plays it: what is listed, told apart and opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from etl_core.aws.arrow import explain
from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.plan.observed import SourceFile
from etl_core.sources.formats.heads import read_head
from etl_core.sources.formats.protocol import Labelled
from etl_core.sources.listing import etag_reader, list_files
from tests.aws import empty_account, moto_server, settings


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def landing(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server, "landing")


def put(*keys: str, body: bytes = b"id,name\n1,a\n") -> None:
    for key in keys:
        boto3.client("s3").put_object(Bucket="landing", Key=key, Body=body)


def source(path: str) -> ResolvedSource:
    return ResolvedSource(path=path, path_setting="conf/tables/raw/t.yaml:3")


def test_files_at_any_depth_without_marks_and_hidden_ones() -> None:
    put("in/b.csv", "in/a/ž [1] 2.csv", "in/_SUCCESS", "in/.x/a.csv", "inner/c.csv")
    put("in/a/", "in/a_$folder$", body=b"")  # as consoles and EMR mark folders
    found = list_files(source("s3://landing/in"))
    assert [file.name for file in found] == ["a/ž [1] 2.csv", "b.csv"]
    assert [file.path for file in found] == ["s3://landing/in/a/ž [1] 2.csv", "s3://landing/in/b.csv"]
    assert found[0].size == 12
    age = datetime.now(UTC).timestamp() - found[0].mtime / 1e9
    assert 0 <= age < 600


@pytest.mark.parametrize("path", ["s3a://landing/in/", "s3n://landing/in", "s3://landing/in"])
def test_other_spellings_name_the_same(path: str) -> None:
    put("in/b.csv")
    assert [file.path for file in list_files(source(path))] == ["s3://landing/in/b.csv"]


def test_a_whole_bucket_and_a_single_object() -> None:
    put("in/b.csv")
    assert [file.name for file in list_files(source("s3://landing"))] == ["in/b.csv"]
    assert [file.name for file in list_files(source("s3://landing/in/b.csv"))] == ["b.csv"]


def test_a_folder_without_objects_is_empty() -> None:
    assert list_files(source("s3://landing/nothing/here")) == []


def test_a_missing_bucket_is_said() -> None:
    with pytest.raises(SourceError) as told:
        list_files(source("s3://nowhere/in"))
    assert "s3://nowhere/in" in told.value.message
    assert "conf/tables/raw/t.yaml:3" in told.value.hint


def test_the_etag_tells_contents_apart() -> None:
    put("in/a.csv", "in/b.csv", body=b"same")
    put("in/c.csv", body=b"other")
    etag = etag_reader(source("s3://landing/in"))
    first, second, third = (etag(file) for file in list_files(source("s3://landing/in")))
    assert first == second == hashlib.md5(b"same", usedforsecurity=False).hexdigest()
    assert third != first


def test_an_object_that_vanished_cannot_be_told_apart() -> None:
    put("in/a.csv")
    (listed,) = list_files(source("s3://landing/in"))
    boto3.client("s3").delete_object(Bucket="landing", Key="in/a.csv")
    with pytest.raises(SourceError, match=r"cannot read s3://landing/in/a\.csv"):
        etag_reader(source("s3://landing/in"))(listed)


def test_a_header_is_read_from_the_bucket() -> None:
    put("in/ž [1].csv")
    (listed,) = list_files(source("s3://landing/in"))
    file = SourceFile(listed.path, listed.name, listed.size, listed.mtime, "etag", 0, 0)
    assert read_head(source("s3://landing/in"), Labelled(file, file.name)).fields == ("id", "name")


@pytest.mark.parametrize(
    ("text", "cause", "hint"),
    [
        (
            "When listing objects under key 'x' in bucket 'y': AWS Error ACCESS_DENIED during ListObjectsV2 "
            "operation: Access Denied",
            "access denied",
            "whoever runs this needs the right for ListObjectsV2 there",
        ),
        (
            "When getting information for key 'k': AWS Error UNKNOWN (HTTP status 301) during HeadObject "
            "operation: No response body.",
            "the bucket is in another region",
            "set AWS_REGION to the bucket's region",
        ),
        (
            "AWS Error UNKNOWN (HTTP status 400) during ListObjectsV2 operation: Unable to parse: "
            "ExpiredToken Message: The provided token has expired.",
            "the credentials have expired",
            "sign in (for example `aws sso login`), or set AWS_PROFILE",
        ),
        (
            "AWS Error NETWORK_CONNECTION during HeadObject operation: curlCode: 7",
            "AWS cannot be reached",
            "check the network, the proxy and the region",
        ),
        (
            "When reading: AWS Error SLOW_DOWN during GetObject operation: Please reduce your request rate.",
            "AWS Error SLOW_DOWN during GetObject operation: Please reduce your request rate.",
            "",
        ),
        ("torn\nfile", "torn", ""),
    ],
)
def test_what_pyarrow_says_in_one_line(text: str, cause: str, hint: str) -> None:
    assert explain(OSError(text)) == (cause, hint)
