"""`secret://name/key` -> its value, fetched where it is used and when it is used."""

from __future__ import annotations

from collections.abc import Mapping

from etl_core.config.secrets import SCHEME, SecretRef
from etl_core.errors import EtlError


def revealed(value: object, region: str = "") -> object:
    """The value behind a reference; anything else as it is. Raises EtlError where it cannot be had."""
    if not is_reference(value):
        return value
    try:
        from etl_core.aws.secrets import secret_value
    except ImportError as error:
        hint = "pip install 'strata-etl[aws]'"
        raise EtlError(f"cannot fetch {value}: the package {error.name} is missing", hint=hint) from error
    return secret_value(SecretRef.parse(str(value)), region)


def revealed_all(values: Mapping[str, object], region: str = "") -> dict[str, object]:
    return {name: revealed(value, region) for name, value in values.items()}


def is_reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SCHEME)
