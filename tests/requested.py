"""Requests to AWS as the rights they need: which action on which resource.

Sources: Service Authorization Reference, "Actions, resources, and condition keys" of Amazon S3, AWS Glue,
AWS Secrets Manager and Amazon SNS; Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

REGION, ACCOUNT = "eu-central-1", "000000000000"


@dataclass(frozen=True, order=True)
class Asked:
    """`prefix`: what the condition key `s3:prefix` is; None where the request has none."""

    action: str
    resource: str
    prefix: str | None = None


def record_requests(patch: pytest.MonkeyPatch, asked: list[dict[str, Any]]) -> None:
    """From now on every request that comes to a server of this process goes to `asked`."""
    real = DomainDispatcherApplication.__call__

    def call(self: DomainDispatcherApplication, environ: dict[str, Any], start: Any) -> Any:
        asked.append(_written(environ))
        return real(self, environ, start)

    patch.setattr(DomainDispatcherApplication, "__call__", call)


def _written(environ: dict[str, Any]) -> dict[str, Any]:
    """Bodies only where they say what is asked for: of Glue, SNS and others, and of deletions."""
    target, query = environ.get("HTTP_X_AMZ_TARGET", ""), environ.get("QUERY_STRING", "")
    signed_for = _signed_for(environ.get("HTTP_AUTHORIZATION", ""))
    body = b""
    if target or signed_for == "sns" or query.split("=")[0] == "delete":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8"),
        "query": query,
        "target": target,
        "source": environ.get("HTTP_X_AMZ_COPY_SOURCE", ""),
        "signed_for": signed_for,
        "body": body.decode("utf-8"),
    }


def _signed_for(authorization: str) -> str:
    """The service within `Credential=<key>/<day>/<region>/<service>/aws4_request`."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) == 5 else ""


def rights_of(request: dict[str, Any]) -> list[Asked]:
    """All that whoever sends the request must be allowed. Raises AssertionError for a request that is not
    known here."""
    if request["target"]:
        service, _, operation = request["target"].partition(".")
        known = {"AWSGlue": _glue, "secretsmanager": _secret}
        assert service in known, f"no rights are known for {request['target']}"
        return list(known[service](operation, json.loads(request["body"])))
    if request["signed_for"] == "sns":
        return [_message(dict(parse_qsl(request["body"])))]
    assert request["signed_for"] == "s3", f"no rights are known for {request}"
    bucket, _, key = request["path"].lstrip("/").partition("/")
    query = dict(parse_qsl(request["query"], keep_blank_values=True))
    return list(_object(request, f"{bucket}/{key}", query) if key else _bucket(request, bucket, query))


def _object(request: dict[str, Any], name: str, query: dict[str, str]) -> Iterator[Asked]:
    method, part_of_many = request["method"], "uploadId" in query
    actions = {
        "GET": "s3:ListMultipartUploadParts" if part_of_many else "s3:GetObject",
        "HEAD": "s3:GetObject",
        "PUT": "s3:PutObject",
        "POST": "s3:PutObject",
        "DELETE": "s3:AbortMultipartUpload" if part_of_many else "s3:DeleteObject",
    }
    others = query.keys() - {"uploadId", "uploads", "partNumber", "x-id"}
    assert not others, f"no rights are known for {request}"
    yield Asked(actions[method], _s3(name))
    if request["source"]:
        yield Asked("s3:GetObject", _s3(unquote(request["source"]).lstrip("/")))


def _bucket(request: dict[str, Any], bucket: str, query: dict[str, str]) -> Iterator[Asked]:
    method = request["method"]
    if method == "POST" and "delete" in query:
        for element in ElementTree.fromstring(request["body"]).iter():
            if element.tag.rpartition("}")[2] == "Key":
                yield Asked("s3:DeleteObject", _s3(f"{bucket}/{element.text}"))
    elif method == "GET" and "location" in query:
        yield Asked("s3:GetBucketLocation", _s3(bucket))
    elif method == "GET" and "uploads" in query:
        yield Asked("s3:ListBucketMultipartUploads", _s3(bucket))
    else:
        listing = {"list-type", "prefix", "delimiter", "max-keys", "marker", "encoding-type", "fetch-owner"}
        others = query.keys() - listing - {"continuation-token", "start-after", "x-id"}
        assert not others, f"no rights are known for {request}"
        assert method in ("GET", "HEAD"), f"no rights are known for {request}"
        yield Asked("s3:ListBucket", _s3(bucket), query.get("prefix"))


def _s3(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def _glue(operation: str, body: dict[str, Any]) -> Iterator[Asked]:
    """An action on a table is one on its database and on the catalog, too."""
    database = body.get("DatabaseName") or body.get("DatabaseInput", body).get("Name", "")
    names = ["catalog", *([f"database/{database}"] if database else [])]
    if "DatabaseName" in body and operation != "GetTables":
        table = body.get("TableName") or body.get("TableInput", body)["Name"]
        names.append(f"table/{database}/{table}")
    for name in names:
        yield Asked(f"glue:{operation}", f"arn:aws:glue:{REGION}:{ACCOUNT}:{name}")


def _secret(operation: str, body: dict[str, Any]) -> Iterator[Asked]:
    """Secrets Manager ends a secret's ARN with a dash and six characters of its own."""
    name = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{body['SecretId']}-AbC123"
    yield Asked(f"secretsmanager:{operation}", name)


def _message(form: dict[str, str]) -> Asked:
    """SNS takes forms, in which the action is a field. The topic's account is that of all others here."""
    _, _, _, region, _, name = form["TopicArn"].split(":")
    return Asked(f"sns:{form['Action']}", f"arn:aws:sns:{region}:{ACCOUNT}:{name}")
