"""`submit.py job|test BUNDLE`: options of spark-submit, one a line: what has to be known before Spark starts.

On Glue the job's definition says it (`strata deploy`). In a `job` that Glue starts (JOB_NAME is set) sessions
join the Spark that runs; else they bring jars and settings themselves, and nothing is printed. `test`: all
formats, and the jars that are not there already (STRATA_PROVIDED names the groups that are).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from etl_core.config.loader import load
from etl_core.deploy.bundle.jars import LAKE_FORMATS
from etl_core.deploy.cloudformation.arguments import static_settings
from etl_core.runtime import jars
from etl_core.runtime.projects import find_project
from etl_core.runtime.s3 import endpoint_settings

PROFILE = "glue-5.1"
TEST_MEMORY = "2g"


def options(mode: str, bundle: Path) -> list[str]:
    if mode == "test":
        settings = {**static_settings({}, LAKE_FORMATS), "spark.driver.memory": TEST_MEMORY}
        settings |= {"spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false"}
        return _lines("local[2]", settings, test_jars())
    if "JOB_NAME" not in os.environ:
        return []
    project = load(find_project(bundle), "docker")
    formats = sorted({table.format for table in project.tables.values()} & set(LAKE_FORMATS))
    settings = {**static_settings(project.environment.spark, formats), **endpoint_settings()}
    return _lines("local[*]", settings, sorted(map(str, bundle.glob("jars/*.jar"))))


def test_jars() -> list[str]:
    provided = set(os.environ.get("STRATA_PROVIDED", "").split())
    wanted = {*LAKE_FORMATS, "jdbc", "deequ"} - provided
    return [str(path) for path in jars.resolve(PROFILE, wanted)]


def _lines(master: str, settings: dict[str, str], paths: list[str]) -> list[str]:
    confs = [part for key in sorted(settings) for part in ("--conf", f"{key}={settings[key]}")]
    return ["--master", master, *confs, *(["--jars", ",".join(paths)] if paths else [])]


if __name__ == "__main__":
    print("\n".join(options(sys.argv[1], Path(sys.argv[2]))))
