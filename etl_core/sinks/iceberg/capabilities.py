"""What Strata does with Iceberg tables."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities
from etl_core.sinks.partitioning import TRANSFORMS
from etl_core.sinks.readers import Need, Readable

_OLD_FORMAT = Need("format-version", ("2", "1"), "it knows versions 1 and 2 of the table format")
_OLD_CODECS = Need("write.parquet.compression-codec", ("snappy", "gzip"), "it knows no zstd in Parquet files")
_COPIES = Need("write.merge.mode", ("copy-on-write",), "it would show rows that are deleted")
# Athena User Guide, "Query Apache Iceberg tables"; Redshift Database Developer Guide, "Using Apache Iceberg
# tables" (version 3 is not for Spectrum) and "Data files for queries in Amazon Redshift Spectrum".
READERS = {
    "athena": Readable((Need("format-version", ("2",), "it works on version 2 of the table format only"),)),
    "redshift_spectrum": Readable(
        (
            _OLD_FORMAT,
            _OLD_CODECS,
            Need("write.format.default", ("parquet",), "it reads Iceberg tables of Parquet files only"),
        )
    ),
    "older": Readable((_OLD_FORMAT, _OLD_CODECS, _COPIES)),
}

CAPABILITIES.add(
    "iceberg",
    Capabilities(
        modes=frozenset({"append", "overwrite", "overwrite_partitions", "merge", "cdc", "snapshot"}),
        histories=frozenset({"scd1", "scd2"}),
        deletes=frozenset({"hard", "soft"}),
        partition_transforms=TRANSFORMS,
        incremental_read=True,
        readers=READERS,
    ),
)
