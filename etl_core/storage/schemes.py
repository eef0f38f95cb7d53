"""Which module serves which kind of URI: `scheme_<name>` is one file of this package."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from etl_core.errors import ConfigError
from etl_core.registry import closest_hint
from etl_core.storage.local import LocalStorage
from etl_core.storage.protocol import Storage

SCHEMES: dict[str, Callable[[str], Storage]] = {"": LocalStorage, "file": LocalStorage}


def open_storage(warehouse: str) -> Storage:
    """The storage under `warehouse` (a folder, or a URI). Nothing is created or contacted yet.

    Raises ConfigError for a kind of URI that Strata cannot keep its small objects in.
    """
    scheme = urlsplit(warehouse).scheme
    if scheme not in SCHEMES:
        raise ConfigError(
            f"warehouse {warehouse!r}: no storage for {scheme}://",
            hint=closest_hint(scheme, tuple(filter(None, SCHEMES))),
        )
    return SCHEMES[scheme](warehouse)
