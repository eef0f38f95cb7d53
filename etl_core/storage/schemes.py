"""Which class serves which kind of URI. Each is imported when it is asked for: boto3 takes its time, and
is only there with the extra `aws`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from etl_core.errors import ConfigError, StateError
from etl_core.registry import closest_hint
from etl_core.storage.protocol import Storage

_LOCAL, _S3 = "etl_core.storage.local:LocalStorage", "etl_core.storage.s3:S3Storage"
SCHEMES: Mapping[str, str] = MappingProxyType(
    {"": _LOCAL, "file": _LOCAL, "s3": _S3, "s3a": _S3}  # scheme -> module:class
)


def open_storage(warehouse: str) -> Storage:
    """The storage under `warehouse` (a folder, or a URI). Nothing is created or contacted yet.

    Raises ConfigError for a kind of URI that Strata cannot keep its small objects in, StateError where
    the packages for it are missing.
    """
    scheme = urlsplit(warehouse).scheme
    if scheme not in SCHEMES:
        raise ConfigError(
            f"warehouse {warehouse!r}: no storage for {scheme}://",
            hint=closest_hint(scheme, tuple(filter(None, SCHEMES))),
        )
    module, _, name = SCHEMES[scheme].partition(":")
    try:
        found: Callable[[str], Storage] = getattr(importlib.import_module(module), name)
    except ImportError as error:
        raise StateError(
            f"warehouse {warehouse!r} needs the package {error.name}", hint="pip install 'strata-etl[aws]'"
        ) from error
    return found(warehouse)
