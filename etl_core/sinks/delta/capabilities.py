"""What Strata does with Delta tables."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities
from etl_core.sinks.delta.names import NOT_IN_PARQUET
from etl_core.sinks.partitioning import TRANSFORMS
from etl_core.sinks.readers import Need, Readable

_FEATURES = (
    Need("delta.checkpointPolicy", ("classic",), "it knows no checkpoints of the second kind"),
    Need("delta.enableTypeWidening", ("false",), "it knows no types widened in place"),
)
# Athena User Guide, "Query Linux Foundation Delta Lake tables": reader versions up to 3, with column mapping,
# deletion vectors and timestamps without a zone; no other feature of readers is named there. Redshift
# Database Developer Guide, "Creating external tables for data managed in Delta Lake". `older`: reader
# version 1 (Delta's PROTOCOL.md, "Reader Version Requirements").
READERS = {
    "athena": Readable(_FEATURES),
    "redshift_spectrum": Readable(
        never=(
            "it reads Delta tables by manifests only, which Strata does not write",
            "use format: iceberg, or take redshift_spectrum out of `readers` for this table",
        )
    ),
    "older": Readable(
        (
            *_FEATURES,
            Need("delta.enableDeletionVectors", ("false",), "it would show rows that are deleted"),
            Need(
                "delta.columnMapping.mode", ("none",), "it knows no names of columns but those in the files"
            ),
        ),
        column_names=f"[^{NOT_IN_PARQUET}]+",
    ),
}

CAPABILITIES.add(
    "delta",
    Capabilities(
        modes=frozenset({"append", "overwrite", "overwrite_partitions", "merge", "cdc", "snapshot"}),
        histories=frozenset({"scd1", "scd2"}),
        deletes=frozenset({"hard", "soft"}),
        partition_transforms=TRANSFORMS,
        incremental_read=True,
        readers=READERS,
    ),
)
