"""The DAG file: parsed, and run with stand-ins for Airflow's two classes (Airflow itself is not here)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from etl_core.deploy.airflow import dag_files
from etl_core.deploy.airflow_cron import airflow_cron
from etl_core.deploy.cloudformation.template import make_template
from etl_core.deploy.common.units import flows
from etl_core.errors import ConfigError
from tests.unit.deploy.resolved import of_type
from tests.unit.deploy.small_deploy import bundle, project


class Dag:
    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        MADE.append(self)

    def __enter__(self) -> Dag:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Operator:
    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.before: list[str] = []
        MADE.append(self)

    def __rshift__(self, other: Operator) -> Operator:
        other.before.append(self.settings["job_name"])
        return other


MADE: list[Any] = []


def executed(text: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    MADE.clear()
    parts = ["airflow", "providers", "amazon", "aws", "operators", "glue"]
    for depth in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), ModuleType(parts[depth - 1]))
    sys.modules["airflow"].DAG = Dag  # type: ignore[attr-defined]
    sys.modules[".".join(parts)].GlueJobOperator = Operator  # type: ignore[attr-defined]
    exec(compile(text, "dag.py", "exec"), {})
    return list(MADE)


def test_the_dag_has_the_jobs_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = project(tmp_path)
    ((name, text),) = dag_files(shop, flows(shop)).items()
    assert name == "shop-prod-nightly.py"
    assert isinstance(ast.parse(text), ast.Module)
    dag, *tasks = executed(text, monkeypatch)
    assert (dag.settings["dag_id"], dag.settings["schedule"]) == ("shop-prod-nightly", "0 3 * * *")
    assert [(task.settings["job_name"], task.before) for task in tasks] == [
        ("shop-prod-nightly", []),
        ("shop-prod-reports-enriched-daily", ["shop-prod-nightly"]),
        ("shop-prod-reports-enriched-weekly", ["shop-prod-reports-enriched-daily"]),
    ]
    assert [task.settings["retries"] for task in tasks] == [2, 0, 0]
    assert {task.settings["region_name"] for task in tasks} == {"eu-central-1"}


def test_a_description_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = 'it\'s "quoted" {{ x }} \\ and # more'
    shop = project(tmp_path)
    told = shop.schedules.schedules["nightly"].model_copy(update={"description": said})
    shop.schedules.schedules["nightly"] = told
    (text,) = dag_files(shop, flows(shop)).values()
    assert executed(text, monkeypatch)[0].settings["description"] == said


def test_a_secret_in_a_description_is_refused(tmp_path: Path) -> None:
    shop = project(tmp_path)
    hidden = shop.schedules.schedules["nightly"].model_copy(update={"description": "password=hunter2"})
    shop.schedules.schedules["nightly"] = hidden
    with pytest.raises(ConfigError, match="a secret would stand in what is deployed"):
        dag_files(shop, flows(shop))


def test_the_stack_has_jobs_and_nothing_that_starts_them(tmp_path: Path) -> None:
    body = make_template(project(tmp_path / "project"), bundle(tmp_path / "bundle"), "airflow").body
    kinds = {one["Type"] for one in body["Resources"].values()}
    assert "AWS::Glue::Job" in kinds
    assert kinds & {"AWS::Glue::Trigger", "AWS::Glue::Workflow", "AWS::StepFunctions::StateMachine"} == set()
    assert {job["MaxRetries"] for job in of_type(body, "AWS::Glue::Job").values()} == {0}


@pytest.mark.parametrize(
    ("glue", "airflow"),
    [
        ("0 3 * * ? *", "0 3 * * *"),
        ("0/15 8-18 ? * MON-FRI *", "0-59/15 8-18 * * 1-5"),
        ("0 0 ? * 1,7 *", "0 0 * * 0,6"),
        ("30 1 1/7 JAN,JUL ? *", "30 1 1-31/7 JAN,JUL *"),
        ("0 0 ? * 2/2 *", "0 0 * * 1-6/2"),
    ],
)
def test_cron(glue: str, airflow: str) -> None:
    assert airflow_cron(glue) == airflow


@pytest.mark.parametrize(
    "cron", ["0 0 L * ? *", "0 0 15W * ? *", "0 0 ? * 5L *", "0 0 ? * FRIL *", "0 0 1 1 ? 2030"]
)
def test_what_airflow_does_not_have(cron: str) -> None:
    with pytest.raises(ConfigError, match="Airflow has no cron"):
        airflow_cron(cron)
