"""Small objects (leases, run records, manifests) in the warehouse, wherever it is. Not for table data."""

from __future__ import annotations

from typing import Protocol


class Storage(Protocol):
    """Keys are relative to the warehouse's root, with `/`. Errors: StateError naming the key."""

    def read(self, key: str) -> bytes | None:
        """The object's bytes, None if there is none."""

    def write(self, key: str, data: bytes) -> None:
        """Replace atomically: a reader sees the old object or the new, never a part."""

    def create(self, key: str, data: bytes) -> bool:
        """Write only if absent; False if it was there. Atomic between processes and hosts."""

    def delete(self, key: str) -> None:
        """Delete the object, or everything below `key/`; no error if absent."""

    def list(self, prefix: str) -> list[str]:
        """Keys below `prefix/`, sorted."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """The same keys, with the bytes of each object."""

    def uri(self, key: str) -> str:
        """What an engine or a person can open."""
