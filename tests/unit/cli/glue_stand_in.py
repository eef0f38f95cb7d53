"""What only Glue has, played: the Spark context, GlueContext, Job.init and Job.commit, which need Glue's own
jars. Arguments are read by Amazon's getResolvedOptions itself, from the package that Glue 5.1 has."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

ARGUMENTS = [
    "--JOB_NAME",
    "nightly",
    "--JOB_ID",
    "j_1",
    "--JOB_RUN_ID",
    "jr_1_attempt_2",
    "--TempDir",
    "s3://temp/x",
]


class Glue:
    """`calls`: what the job did with Glue, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    @contextmanager
    def installed(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Glue]:
        glue = self

        class Job:
            def __init__(self, context: object) -> None:
                assert context == "glue context of spark context"

            def init(self, name: str, arguments: Mapping[str, str]) -> None:
                glue.calls.append(f"init {name}")

            def commit(self) -> None:
                glue.calls.append("commit")

        class Gateway:
            def shutdown_callback_server(self) -> None:
                glue.calls.append("callbacks stopped")

        monkeypatch.setattr("awsglue.context.GlueContext", lambda context: f"glue context of {context}")
        monkeypatch.setattr("awsglue.job.Job", Job)
        # with settings it would be a session of Strata's own that starts, and a JVM with it
        monkeypatch.setattr("pyspark.context.SparkContext.getOrCreate", lambda: "spark context")
        monkeypatch.setattr("pyspark.SparkContext._gateway", Gateway())
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        try:
            yield self
        finally:
            root.handlers[:], root.level = handlers, level
