"""What Strata does with Hudi tables, copy-on-write and merge-on-read."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities
from etl_core.sinks.hudi.settings import property_problems
from etl_core.sinks.partitioning import TRANSFORMS

# Avro's rule for names (in Java, which takes any letter); `_hoodie_` is Hudi's own prefix.
COLUMN_NAMES = r"(?!_hoodie_)[^\W\d]\w*"
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
        column_names=COLUMN_NAMES,
        refused_types=REFUSED_TYPES,
        properties=property_problems,
    ),
)
