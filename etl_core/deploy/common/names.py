"""Names on AWS: of jobs and the stack, and the logical ids within a template."""

from __future__ import annotations

import re

from etl_core.config.models.deploy import DeployConfig
from etl_core.config.project import Project
from etl_core.errors import ConfigError

_LONGEST_JOB = 255  # AWS Glue API, "Job structure": Name


def slug(text: str) -> str:
    """`Great Fin` -> `great-fin`: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "strata"


def base(project: Project) -> str:
    """What every name of the project's environment begins with."""
    return f"{slug(project.config.name)}-{slug(project.environment_name)}"


def stack_name(project: Project, config: DeployConfig) -> str:
    """Begins with a letter, as CloudFormation asks."""
    name = base(project)
    return config.stack or (name if name[0].isalpha() else f"strata-{name}")


def job_name(project: Project, schedule: str, table: str = "") -> str:
    """Of the job that runs `schedule`, or of that of one of its tables.

    Raises ConfigError for a name longer than Glue takes.
    """
    name = f"{base(project)}-{schedule}" + (f"-{table.replace('.', '-')}" if table else "")
    if len(name) > _LONGEST_JOB:
        raise ConfigError(f"the job's name {name!r} is too long for Glue", hint="shorten one of its parts")
    return name


def logical_id(*parts: str) -> str:
    """`Job`, `nightly`, `raw.city` -> `JobNightlyRawCity`: letters and digits only. Different parts may
    give the same id; `template.add` refuses that."""
    words = [word for part in parts for word in re.split(r"[^A-Za-z0-9]+", part) if word]
    return "".join(word[0].upper() + word[1:] for word in words)
