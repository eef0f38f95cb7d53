"""`_strata/removals/<table>.json`: side rows that have to go once the table shows a certain run.

A rewind undoes runs, a full refresh replaces what they made: both change the table in one commit and
then remove those runs' rows from its side tables. This note is written before the commit, so that
whoever holds the table's lease next can finish the work, or see that the commit never came.
"""

from __future__ import annotations

from pydantic import ValidationError

from etl_core.config.models.base import Model
from etl_core.errors import StateError
from etl_core.names import SYSTEM_NAMESPACE
from etl_core.storage.protocol import Storage


class Removal(Model):
    """Rows of `runs` go if the table's state is that of run `shown`, and stay otherwise. `undone`: by a
    rewind, which brings nothing back that these runs let expire."""

    shown: str
    runs: tuple[str, ...]
    undone: bool = False


def note_removal(storage: Storage, table: str, removal: Removal) -> None:
    storage.write(_key(table), removal.model_dump_json().encode())


def noted_removal(storage: Storage, table: str) -> Removal | None:
    """Raises StateError for a note that cannot be read."""
    content = storage.read(_key(table))
    try:
        return Removal.model_validate_json(content) if content else None
    except ValidationError as error:
        raise StateError(
            f"{storage.uri(_key(table))} cannot be read: {error.errors()[0]['msg']}",
            hint="it may be from a newer Strata, or edited by hand",
        ) from error


def drop_removal(storage: Storage, table: str) -> None:
    storage.delete(_key(table))


def _key(table: str) -> str:
    return f"{SYSTEM_NAMESPACE}/removals/{table}.json"
