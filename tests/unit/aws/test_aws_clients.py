"""boto3's clients: one for all who ask for the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.aws.clients import client
from tests.aws import REGION, settings


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in settings("http://127.0.0.1:9", tmp_path).items():
        monkeypatch.setenv(name, value)


def test_one_client_serves_all_tables() -> None:
    assert client("glue") is client("glue", REGION)
    assert client("s3") is not client("glue")
    assert client("glue", "us-east-1") is not client("glue")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL_GLUE", "http://127.0.0.1:10"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "somebody-else"),
    ],
)
def test_whoever_says_otherwise_gets_another(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client("glue")
    monkeypatch.setenv(name, value)
    assert client("glue") is not before


def test_another_place_and_region_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client("glue").meta.endpoint_url == "http://127.0.0.1:9"
    monkeypatch.setenv("AWS_ENDPOINT_URL_GLUE", "http://127.0.0.1:11")
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    found = client("glue").meta
    assert (found.endpoint_url, found.region_name) == ("http://127.0.0.1:11", "eu-west-3")
