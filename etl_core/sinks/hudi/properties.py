"""`hoodie.properties`: what a Hudi table is, fixed when it was created."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl_core.errors import StateError
from etl_core.sinks.hudi.timeline import META, VERSION, folder_of
from etl_core.storage.protocol import Storage

KEY = "_strata_key"  # the stored column that stands for several keys, or for one that is no integer
DELETED = "_hoodie_is_deleted"
KEYS_PROPERTY = "strata.keys"  # JSON list of the contract's keys
FILE = "hoodie.properties"
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True)
class Properties:
    """`keys`: those of the contract, None if unknown; `record_key`: the stored column that stands for
    them, "" if none; `partitions`: stored columns; `schema`: Avro's JSON of the columns at creation."""

    name: str
    merge_on_read: bool
    keys: tuple[str, ...] | None
    record_key: str
    partitions: tuple[str, ...]
    schema: str

    @property
    def hidden(self) -> frozenset[str]:
        """Stored columns that are none of the table's own."""
        return frozenset({KEY, DELETED, *self.partitions})


def key_of(table: str) -> str:
    return f"{folder_of(table)}/{META}/{FILE}"


def load_properties(storage: Storage, table: str) -> Properties | None:
    """None if there is no such table. Raises StateError for one that this version cannot read."""
    content = storage.read(key_of(table))
    if content is None:
        return None
    found = _parsed(content.decode("latin-1"))
    version = found.get("hoodie.table.version", "")
    if version != VERSION:
        raise StateError(
            f"{table} is of Hudi's table version {version or 'unknown'}, Strata reads and writes {VERSION}",
            hint=f"downgrade it (Hudi CLI: downgrade table --toVersion {VERSION}), "
            "and set hoodie.write.auto.upgrade=false for the writer that upgraded it",
        )
    return Properties(
        name=found["hoodie.table.name"],
        merge_on_read=found.get("hoodie.table.type") == "MERGE_ON_READ",
        keys=tuple(json.loads(found[KEYS_PROPERTY])) if KEYS_PROPERTY in found else None,
        record_key=found.get("hoodie.table.recordkey.fields", ""),
        partitions=tuple(filter(None, found.get("hoodie.table.partition.fields", "").split(","))),
        schema=found.get("hoodie.table.create.schema", ""),
    )


def with_keys(content: bytes, keys: Sequence[str]) -> bytes:
    """The file with `KEYS_PROPERTY`."""
    value = json.dumps(keys).replace("\\", "\\\\")
    return content + f"{KEYS_PROPERTY}={value}\n".encode()


def _parsed(text: str) -> dict[str, str]:
    """The lines of java.util.Properties.store: `key=value`, with `:`, `=` and others behind a backslash."""
    lines = (line.partition("=") for line in text.splitlines() if line and line[0] not in "#!")
    return {_plain(key): _plain(value) for key, _, value in lines}


def _plain(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        escaped = match[1]
        return chr(int(escaped[1:], 16)) if len(escaped) == 5 else _CONTROL.get(escaped, escaped)

    return _ESCAPED.sub(character, text)
