"""The last look at a template: nothing secret, no account, and no path of the machine that made it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl_core.config.secrets import redact
from etl_core.deploy.common.accounts import ACCOUNT
from etl_core.errors import ConfigError

# IAM User Guide, "IAM identifiers": access keys; PEM: RFC 7468
_CREDENTIALS = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")
# The right to fetch a secret: its name alone
_NAMED = re.compile(r"secretsmanager:GetSecretValue|arn:\S+:secretsmanager:\S+:secret:[\w/+=.@-]+-\?{6}")
_HINT = "keep secrets in AWS Secrets Manager (secret://name/key) and paths relative or on S3"


def check_leaks(template: Any, root: Path) -> None:
    """Raises ConfigError that names the place in the template, never the value."""
    own = {str(root), str(Path.home())} - {"/"}
    for where, text in _texts(template, ""):
        if _NAMED.fullmatch(text):
            continue
        if redact(text) != text or _CREDENTIALS.search(text):
            raise ConfigError(f"a secret would stand in what is deployed, at {where}", hint=_HINT)
        if ACCOUNT.search(text):
            hint = "rename what it is part of"
            raise ConfigError(f"an account id would stand in what is deployed, at {where}", hint=hint)
        if "file:/" in text or any(path in text for path in own):
            raise ConfigError(
                f"a path of this machine would stand in what is deployed, at {where}", hint=_HINT
            )


def _texts(node: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"a key of {where}", str(key)
            yield from _texts(value, f"{where}.{key}" if where else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _texts(value, f"{where}.{number}")
    elif isinstance(node, str):
        yield where, node
