"""Find every source type: those of this package and those of extensions."""

from __future__ import annotations

from etl_core.registry import Registry, load_extensions, scan
from etl_core.sources.protocol import SOURCES, Source

ENTRY_POINT_GROUP = "strata.sources"


def load(extensions: tuple[str, ...] = ()) -> Registry[Source]:
    """The registry of source types, filled.

    `extensions` are the packages named in `conf/strata.yaml`; installed packages register under the
    entry-point group `strata.sources`. Raises ConfigError when two of them use one name.
    """
    scan("etl_core.sources")
    load_extensions(ENTRY_POINT_GROUP, extensions)
    return SOURCES
