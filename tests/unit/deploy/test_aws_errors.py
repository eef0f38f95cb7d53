"""What boto3 raises, as botocore itself builds it -> one line with cause and fix."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from etl_core.deploy.aws import aws_errors
from etl_core.errors import EXIT_RUNTIME, DeployError


def refused(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutObject")


@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (refused("ExpiredToken"), "the credentials have expired", "aws sso login"),
        (refused("ExpiredTokenException"), "the credentials have expired", "aws sso login"),
        (refused("InvalidClientTokenId"), "does not know these credentials", "AWS_PROFILE"),
        (refused("AccessDenied"), "access denied", "the right for PutObject"),
        (refused("403", "Forbidden"), "access denied", "the right for PutObject"),
        (refused("NoSuchBucket"), "there is no such bucket", "create it"),
        (refused("PermanentRedirect"), "in another region", "deploy.region"),
        (refused("301", "Moved"), "in another region", "deploy.region"),
        (refused("ValidationError", "Template error: x"), "cannot deploy: Template error: x", ""),
        (NoCredentialsError(), "no AWS credentials", "AWS_PROFILE"),
        (ProfileNotFound(profile="x"), "no AWS credentials", "AWS_PROFILE"),
        (UnauthorizedSSOTokenError(), "the sign-in has expired", "aws sso login"),
        (EndpointConnectionError(endpoint_url="https://x"), "cannot be reached", "region"),
        (ConnectTimeoutError(endpoint_url="https://x"), "cannot be reached", "network"),
        (ParamValidationError(report="x"), "cannot deploy: Parameter validation failed", ""),
    ],
)
def test_every_error_is_one_line_with_a_fix(error: Exception, said: str, hint: str) -> None:
    with pytest.raises(DeployError) as told, aws_errors("deploy"):
        raise error
    assert told.value.message.startswith("cannot deploy: ")
    assert said in told.value.message
    assert hint in told.value.hint
    assert told.value.exit_code == EXIT_RUNTIME
