"""What only a bucket has: folders that are objects, answers that get lost, rights, regions."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from etl_core.errors import StateError
from etl_core.storage import Storage, open_storage
from etl_core.storage import s3 as module


@pytest.fixture
def storage(bucket: str) -> Storage:
    return open_storage(f"s3://{bucket}/tables")


def put(*keys: str) -> None:
    s3 = boto3.client("s3")
    for key in keys:
        s3.put_object(Bucket="lake", Key=key, Body=b"")


def test_s3a_is_the_same_place(storage: Storage) -> None:
    storage.write("k", b"1")
    assert open_storage("s3a://lake/tables").read("k") == b"1"


def test_folder_marks_are_not_listed_and_go_with_the_folder(storage: Storage) -> None:
    put("tables/a/", "tables/a/b/", "tables/a/c_$folder$", "tables/a/d")
    assert storage.list("a") == ["a/d"]
    storage.delete("a")
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="lake")


def test_more_than_one_answer_holds(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")  # names in an answer; S3 has 1,000
    monkeypatch.setattr(module, "_DELETED_AT_ONCE", 3)
    put(*(f"tables/a/{number}" for number in range(7)))
    assert len(storage.list("a")) == 7
    storage.delete("a")
    assert storage.list("a") == []


def refused(code: str, tries: int = 0) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "said AWS"},
        "ResponseMetadata": {"RetryAttempts": tries},
    }
    return ClientError(answer, "PutObject")


class Answering:
    """A client whose `put_object` first does its work and then answers with the errors given."""

    def __init__(self, *errors: Exception) -> None:
        self._real, self._errors = boto3.client("s3"), list(errors)

    def put_object(self, **arguments: Any) -> Any:
        if not self._errors:
            return self._real.put_object(**arguments)
        error = self._errors.pop(0)
        if error.response["Error"]["Code"] == "PreconditionFailed":  # type: ignore[attr-defined]
            self._real.put_object(Bucket=arguments["Bucket"], Key=arguments["Key"], Body=arguments["Body"])
        raise error

    def get_object(self, **arguments: Any) -> Any:
        return self._real.get_object(**arguments)


@pytest.mark.parametrize(("tries", "mine"), [(0, False), (1, True)])
def test_a_name_taken_by_our_own_lost_try_is_ours(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, tries: int, mine: bool
) -> None:
    answering = Answering(refused("PreconditionFailed", tries))
    monkeypatch.setattr(module, "client", lambda service: answering)
    assert storage.create("lease", b"run 1") is mine


def test_a_name_taken_by_another_is_not_ours_however_often_we_tried(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Theirs(Answering):
        def get_object(self, **arguments: Any) -> Any:
            self._real.put_object(Bucket="lake", Key=arguments["Key"], Body=b"run 2")
            return super().get_object(**arguments)

    answering = Theirs(refused("PreconditionFailed", 2))
    monkeypatch.setattr(module, "client", lambda service: answering)
    assert not storage.create("lease", b"run 1")


def test_a_conflict_is_tried_again(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    answering = Answering(refused("ConditionalRequestConflict"), refused("ConditionalRequestConflict"))
    monkeypatch.setattr(module, "client", lambda service: answering)
    assert storage.create("lease", b"run 1")
    assert storage.read("lease") == b"run 1"


@pytest.mark.parametrize(
    ("code", "said", "hint"),
    [
        ("AccessDenied", "access denied", "needs the right for PutObject there"),
        ("ExpiredToken", "the credentials have expired", "sign in"),
        ("InvalidAccessKeyId", "AWS does not know these credentials", "sign in"),
        ("PermanentRedirect", "the bucket is in another region", "set AWS_REGION"),
        ("SlowDown", "said AWS", ""),
    ],
)
def test_what_aws_refuses_is_one_line_with_the_place(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, code: str, said: str, hint: str
) -> None:
    answering = Answering(refused(code))
    monkeypatch.setattr(module, "client", lambda service: answering)
    with pytest.raises(StateError) as told:
        storage.write("raw/t.json", b"")
    assert told.value.message.startswith(f"cannot reach s3://lake/tables/raw/t.json: {said}")
    assert hint in told.value.hint
    assert "\n" not in told.value.message
    assert told.value.exit_code == 4


@pytest.mark.parametrize("look", ["read", "list", "delete"])
def test_a_missing_bucket(bucket: str, look: str) -> None:
    with pytest.raises(StateError, match="cannot reach s3://nowhere/x/k: there is no such bucket"):
        getattr(open_storage("s3://nowhere/x"), look)("k")


def test_no_credentials(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StateError, match="there are no AWS credentials here"):
        storage.read("k")


def test_nobody_answers(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StateError, match="AWS cannot be reached"):
        storage.read("k")
