"""What a failure looks like on the terminal, and its exit code. Needs no CLI library: jobs use it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from etl_core.errors import EXIT_RUNTIME, ConfigError, EtlError, StageFailed

EXIT_INTERRUPTED = 130  # as shells report a process ended by Ctrl-C


def tell_plainly(error: EtlError) -> None:
    print(explain(error), file=sys.stderr)


def guarded(work: Callable[[], int], tell: Callable[[EtlError], None] = tell_plainly) -> int:
    """The exit code of `work`; its errors are told on stderr (by `tell`, where a terminal can show
    more), never as a bare traceback unless the fault is Strata's own."""
    try:
        return work()
    except EtlError as error:
        tell(error)
        return error.code if isinstance(error, StageFailed) else error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception:
        traceback.print_exc()
        print("error: this should not happen, and is a fault of Strata or of an extension", file=sys.stderr)
        return EXIT_RUNTIME


def explain(error: EtlError) -> str:
    """The error, and each problem of a configuration on lines of its own."""
    lines = [f"error: {error}"]
    if isinstance(error, ConfigError):
        lines += [str(problem) for problem in sorted(error.problems)]
    if isinstance(error, StageFailed):
        lines += [f"  table: {error.table}, stage: {error.stage}, run: {error.run_id}"]
        lines += [f"  readers see: {error.data_state}"]
    return "\n".join(lines)
