"""`strata deploy` against moto's server. It knows stacks, change sets, roles, topics and rules, but not
Glue's resources: their properties are the linter's to judge (test_template)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from etl_core.cli.main import main
from etl_core.config.loader import load
from etl_core.deploy.aws import Clients, clients
from etl_core.deploy.cloudformation.difference import difference
from etl_core.deploy.cloudformation.template import Way
from etl_core.deploy.deployment import deploy, look
from etl_core.errors import DeployError
from tests.unit.deploy.small_deploy import CHANGES, WAYS, bundle, project, template

PROD = "conf/environments/prod.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(port=0, verbose=False)
    running.start()
    _, port = running.get_host_and_port()
    yield f"http://localhost:{port}"  # moto takes a template's URL apart by this name
    running.stop()


@pytest.fixture
def aws(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clients:
    """An empty account, with the buckets that have to be there."""
    requests.post(f"{server}/moto-api/reset", timeout=10)
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    made = clients("eu-central-1")
    for bucket in ("shop-artifacts", "shop-lake"):
        place = {"LocationConstraint": "eu-central-1"}
        made.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    return made


def strata(tmp_path: Path, *arguments: str) -> int:
    place = ["--project", str(tmp_path / "project"), "--env", "prod", "--bundle", str(tmp_path / "bundle")]
    with pytest.raises(SystemExit) as left:
        main(["deploy", *place, *arguments])
    code = left.value.code
    assert isinstance(code, int)
    return code


def prepare(tmp_path: Path, changes: dict[str, str | None] | None = None) -> None:
    project(tmp_path / "project", changes)
    bundle(tmp_path / "bundle")


def objects(aws: Clients) -> list[str]:
    listed = aws.s3.list_objects_v2(Bucket="shop-artifacts")
    return [one["Key"] for one in listed.get("Contents", [])]


@pytest.mark.parametrize("way", WAYS)
def test_first_and_second_deployment(aws: Clients, tmp_path: Path, way: Way) -> None:
    shop, built, made = project(tmp_path / "project"), bundle(tmp_path / "bundle"), template(tmp_path, way)
    assert look(aws, shop) is None
    first = deploy(aws, shop, built, made)
    assert (first.stack, first.uploaded, first.changed) == ("shop-prod", len(built.files) + 1, True)
    (stack,) = aws.cloudformation.describe_stacks(StackName="shop-prod")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    folder = f"strata/bundles/{built.digest[:16]}/"
    assert {f"{folder}{name}" for name in (*built.files, "manifest.json")} <= set(objects(aws))
    assert difference(look(aws, shop), made.text) == []
    assert deploy(aws, shop, built, made).uploaded == 0


def test_what_the_roles_and_the_topic_became(aws: Clients, tmp_path: Path) -> None:
    prepare(tmp_path)
    assert strata(tmp_path, "--yes") == 0
    iam, sns = (boto3.client(name, region_name="eu-central-1") for name in ("iam", "sns"))
    (policy, *_) = iam.list_policies(Scope="Local")["Policies"]
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    statements: list[dict[str, Any]] = version["PolicyVersion"]["Document"]["Statement"]
    assert "arn:aws:s3:::shop-lake/tables/_strata/runs/*" in json.dumps(statements)
    assert len(iam.list_roles()["Roles"]) == 3
    (mail,) = sns.list_subscriptions()["Subscriptions"]
    assert mail["Endpoint"] == "data@shop.example"


def test_a_change_is_shown_and_made(aws: Clients, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(tmp_path)
    assert strata(tmp_path, "--yes") == 0
    capsys.readouterr()
    assert strata(tmp_path, "--dry-run") == 0
    assert capsys.readouterr().out == "nothing to change\n"
    prepare(tmp_path, {PROD: str(CHANGES[PROD]).replace("data@shop", "ops@shop")})
    assert strata(tmp_path, "--dry-run") == 0
    changed = [line.strip() for line in capsys.readouterr().out.splitlines() if line[:1] in "+-"]
    assert changed[:2] == ["--- deployed", "+++ new"]
    assert [line.replace(" ", "") for line in changed[2:]] == [
        "-Endpoint:data@shop.example",
        "+Endpoint:ops@shop.example",
    ]
    assert "data@shop" in look(aws, load(tmp_path / "project", "prod"))
    assert strata(tmp_path, "--yes") == 0
    assert "ops@shop" in look(aws, load(tmp_path / "project", "prod"))


def test_a_dry_run_writes_nothing(aws: Clients, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(tmp_path)
    assert strata(tmp_path, "--dry-run") == 0
    assert "+  JobNightly:" in capsys.readouterr().out
    assert objects(aws) == []
    assert aws.cloudformation.list_stacks()["StackSummaries"] == []


def test_a_template_for_others_needs_no_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    prod = str(CHANGES[PROD]).replace("shop-lake", "shop-lake-123456789012")
    changes: dict[str, str | None] = {PROD: prod}
    prepare(tmp_path, changes)
    assert strata(tmp_path, "--out", str(tmp_path / "out")) == 0
    assert (tmp_path / "out/template.yaml").read_text("utf-8") == template(tmp_path, "glue", changes).text
    assert json.loads((tmp_path / "out/parameters.json").read_text("utf-8")) == ["Account1=123456789012"]


def test_a_missing_bucket(aws: Clients, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws.s3.delete_bucket(Bucket="shop-lake")
    prepare(tmp_path)
    assert strata(tmp_path, "--yes") == 4
    said = capsys.readouterr().err
    assert "error: cannot use the bucket shop-lake: there is no such bucket\n  hint: create it" in said
    assert objects(aws) == []


def test_a_bucket_in_another_region(aws: Clients, tmp_path: Path) -> None:
    aws.s3.delete_bucket(Bucket="shop-lake")
    place = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="shop-lake", CreateBucketConfiguration=place
    )
    with pytest.raises(DeployError, match="the bucket shop-lake is in eu-west-1, the stack in eu-central-1"):
        look(aws, project(tmp_path / "project"))


def test_a_stack_that_others_change_is_left_alone(aws: Clients, tmp_path: Path) -> None:
    """moto finishes at once, so the state is put into its answer."""
    shop, built, made = project(tmp_path / "project"), bundle(tmp_path / "bundle"), template(tmp_path)
    deploy(aws, shop, built, made)

    def busy(parsed: dict[str, Any], **_: object) -> None:
        parsed["Stacks"][0]["StackStatus"] = "UPDATE_IN_PROGRESS"

    aws.cloudformation.meta.events.register("after-call.cloudformation.DescribeStacks", busy)
    with pytest.raises(DeployError, match="is being changed by somebody else"):
        deploy(aws, shop, built, made)


def test_the_bundle_is_checked_before_aws_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path)
    (tmp_path / "bundle/scripts/selection.py").unlink()
    assert strata(tmp_path, "--yes") == 2
    assert "is not as built: scripts/selection.py" in capsys.readouterr().err
