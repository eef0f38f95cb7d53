"""Every error Strata raises, and the exit code each one means.

Exit codes (a contract with users): 0 done, 2 configuration, 3 a blocking rule failed, 4 runtime.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path

    from etl_core.config.problems import Problem
    from etl_core.state.models import Verdict

EXIT_OK = 0
EXIT_CONFIG = 2
EXIT_QUALITY = 3
EXIT_RUNTIME = 4


class EtlError(Exception):
    """Base of all errors. `message` says what happened and where, `hint` what to do about it."""

    exit_code: ClassVar[int] = EXIT_RUNTIME

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class ConfigError(EtlError):
    """The project's files are wrong. Carries all problems found, never only the first, and the folder
    that their files are named from."""

    exit_code = EXIT_CONFIG

    def __init__(
        self, message: str, *, hint: str = "", problems: Sequence[Problem] = (), root: Path | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)
        self.root = root


class PlanError(EtlError):
    """The configuration is well formed but cannot be executed as asked."""

    exit_code = EXIT_CONFIG


class SourceError(EtlError):
    """A source cannot be listed or read."""


class TransformError(EtlError):
    """A job's function failed or returned something that is not the contract's table."""


class QualityError(EtlError):
    """A blocking rule failed. Carries the verdicts of all rules of that check."""

    exit_code = EXIT_QUALITY

    def __init__(self, message: str, *, hint: str = "", verdicts: Sequence[Verdict] = ()) -> None:
        super().__init__(message, hint=hint)
        self.verdicts = tuple(verdicts)


class SinkError(EtlError):
    """A target could not be created or written."""


class PublishError(EtlError):
    """The batch was written but could not be made visible."""


class Moved(PublishError):
    """Only a compaction moved the table meanwhile: the staged batch may be redone."""


class StateError(EtlError):
    """A table's recorded progress is missing or unreadable."""


class DeployError(EtlError):
    """AWS refused a deployment or could not be reached."""


class LeaseBusy(EtlError):
    """Another run holds the table."""


class RunFailed(EtlError):
    """A run came to its end, but not every table did. `code` is the run's exit code."""

    def __init__(self, message: str, *, code: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class StageFailed(EtlError):
    """One stage of one table failed.

    `data_state` says what readers of the table see now, so that whoever is woken at night knows
    whether anything has to be repaired before a re-run.
    """

    def __init__(self, cause: BaseException, *, stage: str, table: str, run_id: str, data_state: str) -> None:
        text = cause.message if isinstance(cause, EtlError) else f"{type(cause).__name__}: {cause}"
        super().__init__(text, hint=cause.hint if isinstance(cause, EtlError) else "")
        self.cause = cause
        self.stage = stage
        self.table = table
        self.run_id = run_id
        self.data_state = data_state
        self.code = cause.exit_code if isinstance(cause, EtlError) else EXIT_RUNTIME
