"""AWS's errors as one line with the cause and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as Unreachable,
)

from etl_core.errors import EtlError

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEY = {
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403"}
_NO_BUCKET = {"NoSuchBucket", "404"}
_ELSEWHERE = {
    "PermanentRedirect",
    "301",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
}
SIGN_IN = "sign in (for example `aws sso login`), or set AWS_PROFILE"
_REGION = "set AWS_REGION to the bucket's region, or use a bucket of this region"


@contextmanager
def aws_errors(
    doing: str,
    kind: type[EtlError],
    *,
    who: str = "the job's role, or whoever runs this",
    region: str = _REGION,
) -> Iterator[None]:
    """`doing` completes "cannot ...". Raises `kind` for whatever boto3 raises. `who` needs a right that is
    missing, `region` says what to do about a bucket that is elsewhere."""
    try:
        yield
    except ClientError as error:
        raise _refused(error, doing, kind, who, region) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise kind(f"cannot {doing}: there are no AWS credentials here", hint=SIGN_IN) from error
    except (SSOError, TokenRetrievalError) as error:
        raise kind(f"cannot {doing}: the sign-in has expired", hint=SIGN_IN) from error
    except NoRegionError as error:
        hint = "set AWS_REGION, or `deploy.region` of the environment"
        raise kind(f"cannot {doing}: no AWS region is set", hint=hint) from error
    except (Unreachable, HTTPClientError) as error:
        hint = "check the network, the proxy and the region"
        raise kind(f"cannot {doing}: AWS cannot be reached", hint=hint) from error
    except BotoCoreError as error:
        raise kind(f"cannot {doing}: {error}") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(error: ClientError, doing: str, kind: type[EtlError], who: str, region: str) -> EtlError:
    code, said = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
    if code in _EXPIRED:
        return kind(f"cannot {doing}: the credentials have expired", hint=SIGN_IN)
    if code in _UNKNOWN_KEY:
        return kind(f"cannot {doing}: AWS does not know these credentials ({code})", hint=SIGN_IN)
    if code in _DENIED:
        hint = f"{who} needs the right for {error.operation_name} there"
        return kind(f"cannot {doing}: access denied", hint=hint)
    if code in _NO_BUCKET:
        return kind(f"cannot {doing}: there is no such bucket", hint="create it, or correct its name")
    if code in _ELSEWHERE:
        return kind(f"cannot {doing}: the bucket is in another region", hint=region)
    return kind(f"cannot {doing}: {said or code}")
