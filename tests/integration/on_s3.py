"""Projects on S3 and the Glue Data Catalog: moto's server in place of AWS, and one process with Spark that
runs them all.

    python -m tests.integration.on_s3      what to run comes on stdin, a JSON text a line
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from etl_core.run.entry import run
from etl_core.run.request import Request
from tests.aws import empty_account, settings
from tests.integration.projects import REPOSITORY, environment
from tests.moto_process import REQUESTS, lines_of, moto_process

_RECORD = "record: "  # libraries print to stdout, too
_LOG = "runs.log"


@dataclass(frozen=True)
class OnS3:
    """`folder`: where the server writes what it was asked for."""

    folder: Path
    process: subprocess.Popen[str]

    def run(self, root: Path, env: str | None = None, select: str | None = None, when: str = "") -> Any:
        """The record of a run, as `strata run --json` prints it. `when`: its logical time, UTC."""
        assert self.process.stdin
        assert self.process.stdout
        asked = {"root": str(root), "env": env, "select": select, "when": when}
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            if line.startswith(_RECORD):
                return json.loads(line.removeprefix(_RECORD))
        raise AssertionError((self.folder / _LOG).read_text()[-10_000:])

    def requests(self) -> list[dict[str, Any]]:
        """All that came to the server, in order."""
        return lines_of(self.folder / REQUESTS)


@contextmanager
def on_s3(folder: Path, patch: pytest.MonkeyPatch, *buckets: str) -> Iterator[OnS3]:
    """An account with nothing but `buckets`, to which this process's settings lead."""
    with moto_process(folder) as url, (folder / _LOG).open("w") as log:
        for name, value in settings(url, folder).items():
            patch.setenv(name, value)
        empty_account(url, *buckets)
        worker = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=REPOSITORY,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield OnS3(folder, worker)
        finally:
            worker.kill()
            worker.wait()


def upload(folder: Path, bucket: str, prefix: str = "") -> None:
    """All files below `folder`, by their names there, but for those that the bucket has as they are."""
    s3 = boto3.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    there = {one["Key"]: one["ETag"].strip('"') for one in listed}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        key, data = prefix + str(path.relative_to(folder)), path.read_bytes()
        if there.get(key) != hashlib.md5(data, usedforsecurity=False).hexdigest():
            s3.put_object(Bucket=bucket, Key=key, Body=data)


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        when = datetime.fromisoformat(asked["when"]).replace(tzinfo=UTC) if asked["when"] else None
        outcome = run(Request(Path(asked["root"]), asked["env"], asked["select"], when, keep_session=True))
        print(_RECORD + outcome.record.model_dump_json(), flush=True)


if __name__ == "__main__":
    _serve()
