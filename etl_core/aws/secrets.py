"""Values of `secret://name/key` from AWS Secrets Manager: the secret is a JSON object of such keys.

Source: AWS Secrets Manager User Guide, "JSON structure of AWS Secrets Manager secrets".
"""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from etl_core.aws.clients import client
from etl_core.aws.errors import aws_errors, code_of
from etl_core.config.secrets import SecretRef
from etl_core.errors import EtlError


def secret_value(ref: SecretRef, region: str = "") -> str:
    """Raises EtlError, which names the reference and never a value."""
    with aws_errors(f"fetch {ref}", EtlError):
        try:
            answer = client("secretsmanager", region).get_secret_value(SecretId=ref.name)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            hint = "create it in Secrets Manager, in this region, or correct its name"
            raise EtlError(f"cannot fetch {ref}: there is no secret {ref.name!r}", hint=hint) from None
    try:
        values = json.loads(answer.get("SecretString") or "")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        hint = f'store it as JSON: {{"{ref.key}": "..."}}'
        raise EtlError(f"cannot fetch {ref}: the secret is no JSON object", hint=hint) from None
    if ref.key not in values:
        hint = f"its keys are: {', '.join(sorted(map(str, values)))}"
        raise EtlError(f"cannot fetch {ref}: the secret has no key {ref.key!r}", hint=hint)
    return str(values[ref.key])
