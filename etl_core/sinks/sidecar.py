"""The state a table published last, as an object beside it: for formats whose log forgets commits in time.

A commit carries its state itself, and that is where it is looked for; this copy counts only where the
log no longer reaches back to a stamped commit.
"""

from __future__ import annotations

from pydantic import ValidationError

from etl_core.config.models.base import Model
from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.state.models import LOST_PROGRESS_HINT, TableState
from etl_core.storage.protocol import Storage


class Sidecar(Model):
    """`snapshot`: the commit that published `state`."""

    snapshot: str
    state: TableState


def sidecar_key(table: str) -> str:
    return f"_strata/states/{'/'.join(split_table(table))}.json"


def save_sidecar(storage: Storage, table: str, snapshot: str, state: TableState) -> None:
    text = Sidecar(snapshot=snapshot, state=state).model_dump_json()
    storage.write(sidecar_key(table), text.encode())


def load_sidecar(storage: Storage, table: str) -> Sidecar | None:
    """None if nothing was published yet. Raises StateError if it cannot be read."""
    content = storage.read(sidecar_key(table))
    if content is None:
        return None
    try:
        return Sidecar.model_validate_json(content)
    except ValidationError as error:
        raise StateError(
            f"{table}: {storage.uri(sidecar_key(table))} cannot be read: {error.errors()[0]['msg']}",
            hint=f"it may be from a newer Strata; otherwise {LOST_PROGRESS_HINT}",
        ) from error
