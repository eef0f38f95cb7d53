"""moto's server as a process of its own; prints its URL, then serves until it is killed.

    python -m tests.moto_process FOLDER

It refuses stale updates of tables. It writes the updates it was asked for to the file `updates.jsonl` of
FOLDER, every request to `requests.jsonl`, one JSON text a line. A process of its own: an engine that keeps
Python's lock while it waits for an answer (delta-rs handing out batches) would wait for ever for a server
that is a thread of the same process.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from tests.aws import moto_server, refuse_stale_updates
from tests.requested import record_requests

UPDATES, REQUESTS = "updates.jsonl", "requests.jsonl"


@contextmanager
def moto_process(folder: Path) -> Iterator[str]:
    """The URL of a server of its own."""
    root = Path(__file__).parent.parent
    with Popen([sys.executable, "-m", __name__, str(folder)], stdout=PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            assert url, f"moto's server ended with {process.wait()}"
            yield url
        finally:
            process.kill()


def lines_of(path: Path) -> list[dict[str, Any]]:
    """What a server wrote down."""
    return [json.loads(line) for line in path.read_text().splitlines()]


class _Written(list[dict[str, Any]]):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        path.touch()

    def append(self, update: dict[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(update) + "\n")


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    place = Path(sys.argv[1])
    with pytest.MonkeyPatch.context() as patch:
        refuse_stale_updates(patch, _Written(place / UPDATES))
        record_requests(patch, _Written(place / REQUESTS))
        with moto_server() as url:
            print(url, flush=True)
            while True:
                time.sleep(3600)
