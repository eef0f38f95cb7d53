"""One server for the tests of this folder, and an empty bucket for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws import empty_account, moto_server, settings


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server, "lake")
    return "lake"
