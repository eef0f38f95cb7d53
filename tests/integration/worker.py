"""A process of its own that runs a project whenever it is told to, with one JVM for all its runs.

`python -m tests.integration.worker ROOT NAME LOCK_TIMEOUT`: for n = 0, 1, ... it waits for the file
`ROOT/go/<n>`, runs, and writes the run's record to `ROOT/done/<n>-NAME.json`; `ROOT/go/end` ends it.
"""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path

from etl_core.report.progress import PlainProgress
from etl_core.run.entry import run
from etl_core.run.request import Request


def main(root: Path, name: str, lock_timeout: float) -> None:
    request = Request(root, lock_timeout=lock_timeout, keep_session=True)
    for number in count():
        while not (root / f"go/{number}").exists():
            if (root / "go/end").exists():
                return
            time.sleep(0.002)
        record = run(request, progress_of=PlainProgress).record
        unfinished = root / f"done/.{number}-{name}"
        unfinished.write_text(record.model_dump_json())
        unfinished.rename(root / f"done/{number}-{name}.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
