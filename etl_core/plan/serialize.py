"""A plan as plain data, for `strata plan --json`: same plan, same text."""

from __future__ import annotations

from typing import Any

from etl_core.plan.asked import Window
from etl_core.plan.columns import missing_columns
from etl_core.plan.steps import FileRead, Plan, Step, TableRead


def plan_as_dict(plan: Plan) -> dict[str, Any]:
    """Only text, numbers, booleans, lists and dicts; sizes in bytes, times in ns since 1970 UTC."""
    return {
        "project": plan.project.config.name,
        "environment": plan.project.environment_name,
        "kind": plan.asked.kind,
        "window": _window(plan.asked.window),
        "offline": plan.offline,
        "steps": [_step(step, offline=plan.offline) for step in plan.steps],
    }


def _window(window: Window | None) -> list[str] | None:
    return [window.start.isoformat(), window.end.isoformat()] if window else None


def _step(step: Step, *, offline: bool) -> dict[str, Any]:
    target = step.table.config.target
    return {
        "table": step.name,
        "action": "unknown" if offline else step.action,
        "format": step.table.format,
        "mode": target.mode,
        "history": target.history,
        "keys": list(target.keys),
        "partition_by": list(target.partition_by),
        "depends_on": list(step.depends_on),
        "reads": [_read(read) for read in step.reads],
        "exists": step.observed.exists,
        "snapshot": step.observed.snapshot,
        "system_columns": list(step.system_columns),
        "added_columns": list(missing_columns(step.table, step.observed)),
        "notes": list(step.notes),
        "error": step.error,
        "hint": step.hint,
    }


def _read(read: FileRead | TableRead) -> dict[str, Any]:
    if isinstance(read, TableRead):
        return {
            "input": read.input,
            "table": read.table,
            "read": read.mode,
            "since": read.since.snapshot if read.since else "",
        }
    return {
        "input": read.input,
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "mtime": file.mtime,
                "epoch": file.epoch,
                "extract": file.extract,
            }
            for file in read.files
        ],
        "bytes": sum(file.size for file in read.files),
    }
