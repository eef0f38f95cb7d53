"""AWS's clients, and its errors as one line with the cause and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as Unreachable,
)

from etl_core.errors import DeployError

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEY = {
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_NO_BUCKET = {"NoSuchBucket", "404"}
_ELSEWHERE = {
    "PermanentRedirect",
    "301",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
}
_SIGN_IN = "sign in (for example `aws sso login`), or set AWS_PROFILE"


@dataclass(frozen=True)
class Clients:
    """boto3's clients, all in one region; they take endpoint and credentials from its own settings."""

    region: str
    s3: Any
    cloudformation: Any
    sts: Any


def clients(region: str) -> Clients:
    with aws_errors("begin a session with AWS"):
        session = boto3.Session(region_name=region)
        return Clients(region, *(session.client(name) for name in ("s3", "cloudformation", "sts")))


@contextmanager
def aws_errors(doing: str) -> Iterator[None]:
    """`doing` completes "cannot ...". Raises DeployError for whatever boto3 raises."""
    try:
        yield
    except ClientError as error:
        raise _refused(error, doing) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise DeployError(f"cannot {doing}: there are no AWS credentials here", hint=_SIGN_IN) from error
    except (SSOError, TokenRetrievalError) as error:
        raise DeployError(f"cannot {doing}: the sign-in has expired", hint=_SIGN_IN) from error
    except (Unreachable, HTTPClientError) as error:
        hint = "check the network, the proxy and the region"
        raise DeployError(f"cannot {doing}: AWS cannot be reached", hint=hint) from error
    except BotoCoreError as error:
        raise DeployError(f"cannot {doing}: {error}") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(error: ClientError, doing: str) -> DeployError:
    code, said = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
    if code in _EXPIRED:
        return DeployError(f"cannot {doing}: the credentials have expired", hint=_SIGN_IN)
    if code in _UNKNOWN_KEY:
        return DeployError(f"cannot {doing}: AWS does not know these credentials ({code})", hint=_SIGN_IN)
    if code in _DENIED:
        hint = f"whoever deploys needs the right for {error.operation_name} there"
        return DeployError(f"cannot {doing}: access denied", hint=hint)
    if code in _NO_BUCKET:
        return DeployError(f"cannot {doing}: there is no such bucket", hint="create it, or correct its name")
    if code in _ELSEWHERE:
        hint = "use a bucket of the stack's region, or correct `deploy.region`"
        return DeployError(f"cannot {doing}: the bucket is in another region", hint=hint)
    return DeployError(f"cannot {doing}: {said or code}")
