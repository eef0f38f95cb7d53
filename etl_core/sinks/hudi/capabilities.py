"""What Strata does with Hudi tables, copy-on-write and merge-on-read."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities
from etl_core.sinks.hudi.settings import TYPE, property_problems
from etl_core.sinks.partitioning import TRANSFORMS
from etl_core.sinks.readers import Need, Readable

# Avro's rule for names (in Java, which takes any letter); `_hoodie_` is Hudi's own prefix.
COLUMN_NAMES = r"(?!_hoodie_)[^\W\d]\w*"
_OLD_CODECS = Need(
    "hoodie.parquet.compression.codec", ("snappy", "gzip"), "it knows no zstd in Parquet files"
)
# Every table is of table version 6, which Athena (Hudi 0.14; Athena User Guide, "Query Apache Hudi datasets")
# and other readers of Hudi 0.x know. Redshift Database Developer Guide, "Creating external tables for data
# managed in Apache Hudi".
READERS = {
    "redshift_spectrum": Readable(
        (_OLD_CODECS, Need(TYPE, ("COPY_ON_WRITE",), "it reads copy-on-write tables only"))
    ),
    "older": Readable(
        (
            _OLD_CODECS,
            Need("hoodie.metadata.enable", ("false",), "it may not know this version's metadata table"),
        )
    ),
}
REFUSED_TYPES = (
    ("tinyint", "declare int; tinyint would come back as int"),
    ("smallint", "declare int; smallint would come back as int"),
    ("timestamp_ntz", "declare timestamp; this version of Hudi has none without a zone"),
)

CAPABILITIES.add(
    "hudi",
    Capabilities(
        modes=frozenset({"append", "overwrite", "overwrite_partitions", "merge", "cdc", "snapshot"}),
        histories=frozenset({"scd1", "scd2"}),
        deletes=frozenset({"hard", "soft"}),
        partition_transforms=TRANSFORMS,
        incremental_read=True,
        readers=READERS,
        column_names=COLUMN_NAMES,
        refused_types=REFUSED_TYPES,
        properties=property_problems,
    ),
)
