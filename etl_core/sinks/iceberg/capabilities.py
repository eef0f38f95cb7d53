"""What Strata does with Iceberg tables."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities
from etl_core.sinks.partitioning import TRANSFORMS

CAPABILITIES.add(
    "iceberg",
    Capabilities(
        modes=frozenset({"append", "overwrite", "overwrite_partitions", "merge", "cdc", "snapshot"}),
        histories=frozenset({"scd1", "scd2"}),
        deletes=frozenset({"hard", "soft"}),
        partition_transforms=TRANSFORMS,
        incremental_read=True,
    ),
)
