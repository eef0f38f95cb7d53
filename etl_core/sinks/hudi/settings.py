"""How Hudi writes: what Strata relies on, and defaults that a contract's properties may change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from etl_core.sinks.hudi.properties import Properties
from etl_core.sinks.hudi.timeline import PREFIX, VERSION

TYPE = "hoodie.table.type"
TYPES = ("COPY_ON_WRITE", "MERGE_ON_READ")
GENERATORS = "org.apache.hudi.keygen."
OURS = "strata."  # properties that Strata gives to every format
PAYLOAD = "org.apache.hudi.common.model.OverwriteWithLatestAvroPayload"

# Each can be changed by `target.properties` of the contract.
DEFAULTS = {
    # a second table beside the table, with a commit of its own for each of ours; it pays off with
    # thousands of files in an object store
    "hoodie.metadata.enable": "false",
    "hoodie.parquet.compression.codec": "zstd",
    # Snapshots that stay readable. Older files are deleted, older commits archived (the state is kept).
    "hoodie.clean.commits.retained": "20",
    "hoodie.keep.min.commits": "25",
    "hoodie.keep.max.commits": "35",
    # The Bloom filter in each file's footer is not used: keys are looked up by a join. It takes at least
    # 430 kB a file otherwise.
    "hoodie.index.bloom.num_entries": "1000",
    "hoodie.bloom.index.filter.dynamic.max.entries": "1000",
    "hoodie.parquet.bloom.filter.enabled": "false",
    # merge-on-read: readers never have to merge more than this many batches
    "hoodie.compact.inline.max.delta.commits": "5",
}
# What results depend on, or what only costs time.
_FIXED = {
    # Readable by Athena and Hudi 0.x; its timeline is JSON, which planning reads without a JVM.
    "hoodie.write.table.version": VERSION,
    "hoodie.write.auto.upgrade": "false",
    # Strata sends one winner a key: the row written last counts, whatever it holds.
    "hoodie.write.record.merge.mode": "COMMIT_TIME_ORDERING",
    "hoodie.datasource.write.payload.class": PAYLOAD,
    "hoodie.combine.before.upsert": "false",
    "hoodie.combine.before.insert": "false",
    "hoodie.combine.before.delete": "false",
    "hoodie.datasource.write.hive_style_partitioning": "true",
    "hoodie.datasource.write.partitionpath.urlencode": "true",
    "hoodie.datasource.write.commitmeta.key.prefix": PREFIX,
    # an HTTP server in the driver, for each write
    "hoodie.embed.timeline.server": "false",
    "hoodie.write.markers.type": "DIRECT",
    # a run that died is cleaned up by the next one: the lease says that it is dead
    "hoodie.clean.failed.writes.policy": "EAGER",
    "hoodie.write.concurrency.mode": "SINGLE_WRITER",
}
# Of lookups and shuffles that Hudi does by itself; its own defaults are for a cluster.
_PARALLELISM = (
    "hoodie.simple.index.parallelism",
    "hoodie.global.simple.index.parallelism",
    "hoodie.global.index.reconcile.parallelism",
    "hoodie.clean.parallelism",
    "hoodie.rollback.parallelism",
    "hoodie.finalize.write.parallelism",
    "hoodie.file.listing.parallelism",
)


def write_settings(properties: Properties, given: Mapping[str, str], parallelism: str) -> dict[str, str]:
    """All settings of a write. `given`: the contract's; `parallelism`: of a shuffle in this session."""
    partitioned = bool(properties.partitions)
    # unpartitioned: one task, one file; partitioned: one task a partition, or each would write into all
    sort = "PARTITION_PATH_REPARTITION" if partitioned else "NONE"
    found = {
        **DEFAULTS,
        **dict.fromkeys(_PARALLELISM, parallelism),
        "hoodie.bulkinsert.sort.mode": sort,
        **{name: value for name, value in given.items() if not name.startswith(OURS)},
        **_FIXED,
        "hoodie.table.name": properties.name,
        "hoodie.datasource.write.table.type": TYPES[properties.merge_on_read],
        "hoodie.datasource.write.partitionpath.field": ",".join(properties.partitions),
        "hoodie.datasource.write.keygenerator.class": generator(partitioned=partitioned),
        # a key is unique in the table; its row moves to another partition when its values say so
        "hoodie.index.type": "GLOBAL_SIMPLE" if partitioned else "SIMPLE",
        "hoodie.simple.index.update.partition.path": "true",
    }
    if properties.record_key:
        found["hoodie.datasource.write.recordkey.field"] = properties.record_key
    return found


def generator(*, partitioned: bool) -> str:
    return GENERATORS + ("ComplexKeyGenerator" if partitioned else "NonpartitionedKeyGenerator")


def property_problems(given: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(name, what is wrong, what to do) of properties that Hudi does not know or Strata has to set itself."""
    for name, value in given.items():
        if not name.startswith("hoodie."):
            yield name, f"{name}: no property of Hudi", "their names begin with `hoodie.`"
        elif name == TYPE and value not in TYPES:
            yield name, f"{name} is {value!r}", f"write one of {', '.join(TYPES)}"
        elif name in _FIXED or name.startswith(_OWN):
            yield name, f"{name} cannot be set: Strata relies on its own value", "remove it"


_OWN = ("hoodie.datasource.write.", "hoodie.table.name", "hoodie.index.type", "hoodie.simple.index.update")
