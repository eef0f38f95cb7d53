"""The state that a commit carries."""

from __future__ import annotations

from pydantic import ValidationError

from etl_core.errors import StateError
from etl_core.state.models import LOST_PROGRESS_HINT, TableState


def state_in(stamp: object, where: str) -> TableState:
    """`stamp`: JSON text, or what has been read from it. Raises StateError, which says `where`, for one
    that is not a state of this Strata."""
    try:
        if isinstance(stamp, str):
            return TableState.model_validate_json(stamp)
        return TableState.model_validate(stamp)
    except ValidationError as error:
        raise StateError(
            f"{where} cannot be read: {error.errors()[0]['msg']}",
            hint=f"it may be from a newer Strata; otherwise {LOST_PROGRESS_HINT}",
        ) from error
