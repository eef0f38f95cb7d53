"""Who may overrule which setting."""

from __future__ import annotations

import os

import pytest

from etl_core.runtime.settings import FIXED, compose, is_local, text


def test_the_environment_file_beats_defaults_the_launcher_beats_both() -> None:
    key = "spark.sql.shuffle.partitions"
    assert compose({}, {}, {})[key] == str(os.cpu_count())
    assert compose({key: 7}, {}, {})[key] == "7"
    assert compose({key: 7}, {key: "9"}, {})[key] == "9"


@pytest.mark.parametrize("key", FIXED)
def test_nobody_changes_what_results_depend_on(key: str) -> None:
    assert compose({key: "x"}, {key: "y"}, {key: "z"})[key] == FIXED[key]


def test_sinks_beat_the_user() -> None:
    key = "spark.sql.catalog.strata"
    assert compose({key: "user"}, {}, {key: "sink"})[key] == "sink"


def test_a_cluster_keeps_its_own_sizes() -> None:
    settings = compose({}, {"spark.master": "yarn"}, {})
    assert "spark.sql.shuffle.partitions" not in settings
    assert "spark.driver.memory" not in settings
    assert settings["spark.master"] == "yarn"


@pytest.mark.parametrize(("master", "partitions"), [("local", "1"), ("local[3]", "3"), ("local[4,2]", "4")])
def test_shuffle_partitions_are_the_cores(master: str, partitions: str) -> None:
    assert compose({"spark.master": master}, {}, {})["spark.sql.shuffle.partitions"] == partitions


def test_driver_memory_lies_within_its_bounds() -> None:
    memory = compose({}, {}, {})["spark.driver.memory"]
    assert 1024 <= int(memory.removesuffix("m")) <= 8192


@pytest.mark.parametrize("master", ["local-cluster[2,1,512]", "yarn", "spark://host:7077"])
def test_these_are_not_local(master: str) -> None:
    assert not is_local(master)


def test_booleans_are_spelled_as_spark_does() -> None:
    assert [text(value) for value in (True, 1, 0.5, "x")] == ["true", "1", "0.5", "x"]
