"""Arguments of a job script, from the command line or from Glue."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etl_core.errors import ConfigError

NAMES = ("project", "env", "select", "run_id", "logical_time", "lock_timeout")


@dataclass(frozen=True)
class JobArguments:
    """What a script was asked to do. `logical_time` is UTC, `lock_timeout` seconds."""

    project: Path
    select: str
    env: str | None = None
    run_id: str | None = None
    logical_time: datetime | None = None
    lock_timeout: float = 0.0


def job_arguments(table: str, script: Path, argv: Sequence[str] | None = None) -> JobArguments:
    """`--env`, `--select` (default: `table`), `--project` (default: found from the script's place,
    then from the current folder), `--run-id`, `--logical-time`, `--lock-timeout`.

    Raises ConfigError if no project is found. Wrong arguments leave with exit code 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    values = _glue_options(arguments) if on_glue(arguments) else _options(arguments)
    given = {name: value for name, value in values.items() if value is not None}
    root = Path(str(given["project"])) if "project" in given else find_project(script)
    return JobArguments(
        project=root.resolve(),
        select=given.get("select", table),
        env=given.get("env"),
        run_id=given.get("run_id"),
        logical_time=_time(given.get("logical_time")),
        lock_timeout=float(given.get("lock_timeout", 0)),
    )


def find_project(script: Path) -> Path:
    """The folder with conf/strata.yaml above `jobs/<layer>/<table>.py`, else the current folder."""
    for folder in [*script.resolve().parents, Path.cwd()]:
        if (folder / "conf" / "strata.yaml").is_file():
            return folder
    raise ConfigError(
        f"no project found: no conf/strata.yaml in a folder above {script} or in {Path.cwd()}",
        hint="start the script in the project's folder, or name it with --project",
    )


def on_glue(arguments: Sequence[str]) -> bool:
    """Whether Glue started this script: it passes its own `--JOB_NAME` to every job."""
    return any(one.partition("=")[0] == "--JOB_NAME" for one in arguments)


def _options(arguments: list[str]) -> Mapping[str, str | None]:
    parser = argparse.ArgumentParser(description="Run this table, as `strata run` does.")
    for name in NAMES:
        parser.add_argument(f"--{name.replace('_', '-')}")
    return vars(parser.parse_args(arguments))


def _glue_options(arguments: list[str]) -> Mapping[str, str | None]:
    """Glue passes arguments of its own beside the job's, and fails for a name that is not there."""
    from awsglue.utils import getResolvedOptions

    plain = {one.partition("=")[0].removeprefix("--").replace("-", "_") for one in arguments}
    resolved: Mapping[str, str] = getResolvedOptions(["", *arguments], [n for n in NAMES if n in plain])
    return {name: resolved[name] for name in NAMES if name in resolved}


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--logical-time {text!r} is no time", hint="write 2024-05-31T06:00:00") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
