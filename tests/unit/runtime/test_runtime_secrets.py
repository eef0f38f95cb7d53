"""Secret references become values at the edge, from Secrets Manager as moto's server plays it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from etl_core import Run
from etl_core.errors import EtlError
from etl_core.runtime.secrets import revealed, revealed_all
from tests.aws import empty_account, moto_server, settings

VALUE = "p4ss/wörd"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def secrets(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server)
    client = boto3.client("secretsmanager")
    client.create_secret(Name="crm/db", SecretString=json.dumps({"password": VALUE, "port": 5432}))
    client.create_secret(Name="plain", SecretString="no object")


def test_a_reference_becomes_its_value_and_nothing_else_changes() -> None:
    assert revealed("secret://crm/db/password") == VALUE
    assert revealed("secret://crm/db/port") == "5432"
    assert revealed_all({"a": 1, "b": "text", "c": "secret://crm/db/password"}) == {
        "a": 1,
        "b": "text",
        "c": VALUE,
    }


@pytest.mark.parametrize(
    ("reference", "said", "hint"),
    [
        ("secret://nowhere/x", "there is no secret 'nowhere'", "create it in Secrets Manager"),
        ("secret://crm/db/user", "the secret has no key 'user'", "its keys are: password, port"),
        ("secret://plain/x", "the secret is no JSON object", "store it as JSON"),
    ],
)
def test_what_is_missing_is_named_without_a_value(reference: str, said: str, hint: str) -> None:
    with pytest.raises(EtlError) as told:
        revealed(reference)
    assert told.value.message == f"cannot fetch {reference}: {said}"
    assert hint in told.value.hint
    assert VALUE not in str(told.value)
    assert told.value.exit_code == 4


def test_a_job_gets_the_value_and_its_run_shows_the_reference() -> None:
    run = Run("r", datetime(2024, 5, 1, tzinfo=UTC), {"token": "secret://crm/db/password", "age": 18})
    assert run.parameter("token") == VALUE
    assert run.parameter("age") == 18
    assert VALUE not in repr(run)
