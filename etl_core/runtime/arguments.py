"""Arguments of a job script, from the command line or from Glue."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etl_core.errors import ConfigError
from etl_core.runtime.projects import bundled_environment, find_project

NAMES = ("project", "env", "select", "run_id", "logical_time", "lock_timeout", "timeout_minutes")
GLUE_MARK = "--JOB_NAME"  # Glue passes it to every job by itself


@dataclass(frozen=True)
class JobArguments:
    """What a script was asked to do. `select` None: all tables. `logical_time` is UTC, `lock_timeout` and
    `timeout` (when the job will be stopped from outside, after its start) are seconds. `given`: the
    arguments as they were passed, by name, for the log and the report."""

    project: Path
    select: str | None
    env: str | None = None
    run_id: str | None = None
    logical_time: datetime | None = None
    lock_timeout: float = 0.0
    timeout: float | None = None
    given: Mapping[str, str] | None = None


def job_arguments(select: str | None, script: Path, argv: Sequence[str]) -> JobArguments:
    """`--env`, `--select` (default: `select`), `--project` (default: see `find_project`), `--run-id`,
    `--logical-time`, `--lock-timeout`, `--timeout-minutes`. Glue writes names with `_`; both are taken.

    Raises ConfigError if no project is found or a value cannot be read. Unknown arguments leave with exit
    code 2, but on Glue, which adds its own.
    """
    values = _glue_options(argv) if on_glue(argv) else _options(argv)
    given = {name: value for name, value in values.items() if value is not None}
    root = (Path(given["project"]) if "project" in given else find_project(script)).resolve()
    minutes = _number("timeout_minutes", given)
    return JobArguments(
        project=root,
        select=given.get("select", select),
        env=given.get("env") or bundled_environment(root),
        run_id=given.get("run_id"),
        logical_time=_time(given.get("logical_time")),
        lock_timeout=_number("lock_timeout", given) or 0.0,
        timeout=minutes * 60 if minutes else None,
        given=given,
    )


def on_glue(arguments: Sequence[str]) -> bool:
    """Whether Glue started this script."""
    return any(one.partition("=")[0] == GLUE_MARK for one in arguments)


def _options(arguments: Sequence[str]) -> Mapping[str, str | None]:
    parser = argparse.ArgumentParser(description="Run tables, as `strata run` does.", allow_abbrev=False)
    for name in NAMES:
        dashed = f"--{name.replace('_', '-')}"
        parser.add_argument(*dict.fromkeys((dashed, f"--{name}")), dest=name)
    return vars(parser.parse_args(list(arguments)))


def _glue_options(arguments: Sequence[str]) -> Mapping[str, str | None]:
    """Glue passes arguments of its own beside the job's, and fails for a name that is not there."""
    from awsglue.utils import getResolvedOptions

    spelled = [_underscored(one) for one in arguments]
    plain = {one.partition("=")[0].removeprefix("--") for one in spelled if one.startswith("--")}
    resolved: Mapping[str, str] = getResolvedOptions(["", *spelled], [n for n in NAMES if n in plain])
    return {name: resolved.get(name) for name in NAMES}


def _underscored(argument: str) -> str:
    """`--run-id` as `--run_id`, if it is one of ours."""
    name, equals, value = argument.partition("=")
    plain = name.removeprefix("--").replace("-", "_")
    return f"--{plain}{equals}{value}" if name.startswith("--") and plain in NAMES else argument


def _number(name: str, given: Mapping[str, str]) -> float | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ConfigError(f"--{name} {text!r} is no number", hint="write a number that is not negative")
    return number


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--logical-time {text!r} is no time", hint="write 2024-05-31T06:00:00") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
