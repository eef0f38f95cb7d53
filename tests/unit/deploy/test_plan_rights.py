"""What a job asks AWS for before Spark starts, against the rights of its role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl_core.config.loader import load
from etl_core.deploy.bundle.reader import read_bundle
from etl_core.deploy.cloudformation.job import role_id
from etl_core.deploy.cloudformation.template import make_template
from etl_core.deploy.common.units import all_units
from etl_core.plan.asked import ORDINARY
from etl_core.run.common.planned import planned
from tests.aws import empty_account, moto_server, settings
from tests.iam import allowed
from tests.requested import Asked, record_requests, rights_of
from tests.unit.deploy.bundle_sample import write_bundle
from tests.unit.deploy.resolved import rights
from tests.unit.deploy.test_template import ROOT


def test_a_plan_looks_at_what_its_job_may_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    requests: list[dict[str, Any]] = []
    record_requests(monkeypatch, requests)
    project = load(ROOT, "prod")
    template = make_template(project, read_bundle(write_bundle(tmp_path, "GreatFin", "prod"))).body
    with moto_server() as url:
        for name, value in settings(url, tmp_path).items():
            monkeypatch.setenv(name, value)
        empty_account(url, "greatfin-lake", "greatfin-landing")
        for unit in all_units(project):
            requests.clear()
            plan = planned(project, ",".join(unit.tables), ORDINARY)
            assert [step.name for step in plan.steps] == list(unit.tables)
            asked = {one for request in requests for one in rights_of(request)}
            assert {one.action for one in asked} >= {"glue:GetTables"}
            statements = rights(template, role_id(unit))
            assert sorted((one for one in asked if not allowed(statements, one)), key=str) == [], unit.name


@pytest.mark.parametrize(
    ("statement", "prefix", "may"),
    [
        ({}, None, True),
        ({"Condition": {"StringLike": {"s3:prefix": ["tables", "tables/*"]}}}, "tables/raw/", True),
        ({"Condition": {"StringLike": {"s3:prefix": ["tables", "tables/*"]}}}, "tables2/", False),
        ({"Condition": {"StringLike": {"s3:prefix": ["tables", "tables/*"]}}}, None, False),
        ({"Action": ["s3:List*"]}, "", True),
        ({"Action": ["s3:ListBuckets"]}, "", False),
        ({"Resource": ["arn:aws:s3:::lak?"]}, "", True),
        ({"Resource": ["arn:aws:s3:::la[k]e", "arn:aws:s3:::lak"]}, "", False),
    ],
)
def test_how_statements_are_read(statement: dict[str, Any], prefix: str | None, may: bool) -> None:
    whole = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::lake"], **statement}
    assert allowed([whole], Asked("s3:ListBucket", "arn:aws:s3:::lake", prefix)) is may


def test_a_condition_that_nobody_reads_is_no_right() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "x"}}
    whole = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"], "Condition": condition}
    with pytest.raises(AssertionError):
        allowed([whole], Asked("s3:GetObject", "arn:aws:s3:::lake/a"))


OBJECT = {"query": "", "target": "", "source": "", "signed_for": "s3", "body": ""}


@pytest.mark.parametrize(
    ("request_", "actions"),
    [
        ({"method": "HEAD", "path": "/lake/a b"}, [("s3:GetObject", "lake/a b")]),
        ({"method": "PUT", "path": "/lake/b", "source": "lake/a%20b"}, [
            ("s3:PutObject", "lake/b"), ("s3:GetObject", "lake/a b"),
        ]),
        ({"method": "POST", "path": "/lake/b", "query": "uploads="}, [("s3:PutObject", "lake/b")]),
        ({"method": "DELETE", "path": "/lake/b", "query": "uploadId=1"}, [
            ("s3:AbortMultipartUpload", "lake/b"),
        ]),
        ({"method": "GET", "path": "/lake", "query": "location"}, [("s3:GetBucketLocation", "lake")]),
        ({"method": "POST", "path": "/lake", "query": "delete",
          "body": "<Delete><Object><Key>x/y</Key></Object><Object><Key>z</Key></Object></Delete>"},
         [("s3:DeleteObject", "lake/x/y"), ("s3:DeleteObject", "lake/z")]),
    ],
)  # fmt: skip
def test_requests_as_rights(request_: dict[str, Any], actions: list[tuple[str, str]]) -> None:
    found = [
        (one.action, one.resource.removeprefix("arn:aws:s3:::")) for one in rights_of({**OBJECT, **request_})
    ]
    assert found == actions


def test_a_request_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no rights are known"):
        rights_of({**OBJECT, "method": "PUT", "path": "/lake/b", "query": "acl"})
    with pytest.raises(AssertionError, match="no rights are known"):
        rights_of({**OBJECT, "method": "POST", "path": "/", "target": "DynamoDB_20120810.PutItem"})
