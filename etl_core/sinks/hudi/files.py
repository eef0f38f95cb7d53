"""Which data files readers see, told from their names. Source: https://hudi.apache.org/tech-specs/

`<file id>_<write token>_<instant>.parquet` and, merge-on-read, `.<file id>_<instant>.log.<n>_<write token>`
with the instant of the file it adds to.
"""

from __future__ import annotations

import re

from etl_core.sinks.hudi.timeline import META, Timeline, folder_of
from etl_core.storage.protocol import Storage

_BASE = re.compile(r"(?P<id>[^_]+)_[^_]+_(?P<time>\d+)\.parquet")
_LOG = re.compile(r"\.(?P<id>[^_]+)_(?P<time>\d+)\.log\.\d+_.+")


def visible_files(storage: Storage, table: str, timeline: Timeline) -> dict[str, int]:
    """Keys, with their bytes, of the newest committed slice of every file group that was not replaced."""
    root = folder_of(table)
    done = {instant.time for instant in timeline.commits}
    first = timeline.commits[0].time if timeline.commits else ""
    gone = _replaced(timeline)
    slices: dict[str, dict[str, list[str]]] = {}
    sizes = storage.sizes(root)
    for key in sorted(sizes):
        name = key.rpartition("/")[2]
        match = _BASE.fullmatch(name) or _LOG.fullmatch(name)
        if match is None or key.startswith(f"{root}/{META}/") or match["id"] in gone:
            continue
        if match["time"] in done or match["time"] < first:  # archived: committed long ago
            slices.setdefault(match["id"], {}).setdefault(match["time"], []).append(key)
    return {key: sizes[key] for versions in slices.values() for key in versions[max(versions)]}


def _replaced(timeline: Timeline) -> set[str]:
    """File ids that an overwrite or a clustering replaced."""
    found: set[str] = set()
    for instant in timeline.commits:
        if instant.action == "replacecommit":
            for ids in (instant.content.get("partitionToReplaceFileIds") or {}).values():
                found.update(ids)
    return found
