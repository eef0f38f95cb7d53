"""What a publish does about commits that others made while its batch was prepared."""

from __future__ import annotations

from collections.abc import Sequence

from etl_core.errors import PublishError
from etl_core.sinks.commits import Commit
from etl_core.sinks.protocol import Staging


def refuse_others(name: str, staging: Staging, between: Sequence[Commit] | None) -> None:
    """`between`: commits after the batch's base, newest first; None if the base is no longer part of what
    readers see. Compactions (`replace`) are no reason to refuse. Raises PublishError."""
    if between is None:
        raise PublishError(
            f"{name} was rolled back or replaced while run {staging.run_id} prepared its batch",
            hint="run again: the batch will be made from the table's progress as it is now",
        )
    others = [commit for commit in between if commit.operation != "replace"]
    if others and others[0].run_id:
        raise PublishError(
            f"{name}: run {staging.run_id} was superseded by run {others[0].run_id}",
            hint="nothing is lost: the next run continues from what that run published",
        )
    if others:
        raise PublishError(
            f"{name}: another writer ({others[0].operation}, snapshot {others[0].snapshot}) changed the "
            f"table while run {staging.run_id} prepared its batch",
            hint="run again; a table that Strata writes should have no other writer",
        )
