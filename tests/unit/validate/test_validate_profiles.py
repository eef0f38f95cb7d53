"""What a runtime profile lacks is said at the place where the project asks for it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from etl_core.config.profiles import RUNTIMES, Profile
from etl_core.deploy.bundle.runtimes import target_runtime
from etl_core.errors import ConfigError, EtlError
from etl_core.runtime.installed import EXTRAS, check_spark, installed_profile
from etl_core.sinks import capabilities
from tests.unit.config.small_project import LOCAL, ORDERS, edited, problems

ON_6 = {LOCAL: "profile: glue-6.0\nwarehouse: folder\n"}


def said(folder: Path, *changes: dict[str, str | None]) -> list[str]:
    """Where, and the message to its colon."""
    merged: dict[str, str | None] = {}
    for change in changes:
        merged |= change
    return [f"{one.where} {one.message.split(':')[0]}" for one in problems(folder, merged)]


def formatted(name: str) -> dict[str, str | None]:
    return edited(ORDERS, "target:\n", f"target:\n  format: {name}\n")


def test_iceberg_and_delta_are_there(tmp_path: Path) -> None:
    assert problems(tmp_path, ON_6) == []
    assert problems(tmp_path / "delta", {**ON_6, **formatted("delta")}) == []


def test_a_format_that_is_not(tmp_path: Path) -> None:
    hudi = formatted("hudi")
    assert problems(tmp_path / "5", hudi) == []
    (one,) = problems(tmp_path / "6", {**ON_6, **hudi})
    assert one.where == f"{ORDERS}:5:11"
    assert "profile `glue-6.0` has no hudi" in one.message
    assert "glue-5.1" in one.hint


def test_deequ_as_the_engine_of_all(tmp_path: Path) -> None:
    deequ = {LOCAL: f"{ON_6[LOCAL]}rule_engine: deequ\n"}
    assert said(tmp_path, deequ) == [f"{LOCAL}:3:14 profile `glue-6.0` has no Deequ"]


def test_glue_data_quality(tmp_path: Path) -> None:
    glue = {LOCAL: f"{ON_6[LOCAL]}rule_engine: glue\n"}
    assert said(tmp_path, glue) == [f"{LOCAL}:3:14 profile `glue-6.0` has no Glue Data Quality"]
    assert problems(tmp_path / "5", {LOCAL: glue[LOCAL].replace("6.0", "5.1")}) == []


def test_s3(tmp_path: Path) -> None:
    on_s3 = {LOCAL: "profile: glue-6.0\nwarehouse: s3://lake/tables\n"}
    assert said(tmp_path, on_s3) == [f"{LOCAL}:2:12 profile `glue-6.0` has no warehouse on S3"]


@pytest.mark.parametrize("profile", RUNTIMES)
def test_the_lock_has_what_is_not_missing(profile: Profile) -> None:
    lock = json.loads(files("etl_core.runtime").joinpath("jars.lock.json").read_text("utf-8"))
    assert lock[profile]["spark"] == RUNTIMES[profile].spark
    groups = {group for jar in lock[profile]["jars"] for group in jar["groups"]}
    formats = set(capabilities.load().names()) - {"parquet"}
    assert groups - {"jdbc", "glue"} == {*formats, "deequ", "s3"} - set(RUNTIMES[profile].missing)


def test_every_profile_has_an_extra_with_its_spark() -> None:
    text = (Path(__file__).parents[3] / "setup.py").read_text("utf-8")
    for name, extra in EXTRAS.items():
        assert f'"{extra}": {extra.upper()},' in text
        line = next(line for line in text.splitlines() if line.startswith(f"{extra.upper()} = "))
        assert f'"pyspark=={RUNTIMES[name].spark}"' in line


def test_another_spark_than_the_profiles_is_refused() -> None:
    check_spark("glue-5.1", "3.5.9")
    check_spark(installed_profile())
    with pytest.raises(EtlError, match=r"profile glue-6.0 is for Spark 4.1, and PySpark 3.5.6") as error:
        check_spark("glue-6.0", "3.5.6")
    assert "strata-etl[local6]" in error.value.hint


def test_nothing_is_built_for_a_runtime_whose_packages_are_not_known() -> None:
    with pytest.raises(ConfigError, match="what Glue has installed there is not known"):
        target_runtime("glue-6.0")
