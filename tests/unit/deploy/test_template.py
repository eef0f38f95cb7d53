"""The templates: their golden files, and what CloudFormation's own linter says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cfnlint.api import ManualArgs, lint

import etl_core
from etl_core.config.loader import load
from etl_core.deploy.bundle.reader import read_bundle
from etl_core.deploy.cloudformation.template import Way, make_template
from etl_core.errors import ConfigError, PlanError
from tests.unit.deploy.bundle_sample import write_bundle
from tests.unit.deploy.resolved import of_type
from tests.unit.deploy.small_deploy import CHANGES, GOLDEN, WAYS, bundle, project, template

ROOT = Path(etl_core.__file__).parents[1]
SCHEDULES = "conf/schedules.yaml"


def findings(text: str) -> list[str]:
    """Errors, warnings and remarks, for the region of the example."""
    found = lint(text, config=ManualArgs(regions=["eu-central-1"], include_checks=["I"]))
    return [f"{one.rule.id} {one.linenumber} {one.message}" for one in found]


@pytest.mark.parametrize("way", WAYS)
def test_the_small_project_s_template_is_the_golden_one(tmp_path: Path, way: Way) -> None:
    made = template(tmp_path, way).text
    assert made == (GOLDEN / f"{way}.yaml").read_text("utf-8"), "see small_deploy.py"


@pytest.mark.parametrize("way", WAYS)
def test_the_linter_has_nothing_to_say(tmp_path: Path, way: Way) -> None:
    assert findings(template(tmp_path, way).text) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_linter_has_nothing_to_say_of_greatfin(tmp_path: Path, way: Way) -> None:
    greatfin = load(ROOT, "prod")
    scripts = tuple(name for name, table in greatfin.tables.items() if table.job)
    built = read_bundle(write_bundle(tmp_path, "GreatFin", "prod", scripts=scripts))
    assert findings(make_template(greatfin, built, way).text) == []


def test_the_linter_would_say_something(tmp_path: Path) -> None:
    wrong = template(tmp_path).text.replace("WorkerType: G.1X", "WorkerType: G.3X")
    assert any("G.3X" in finding for finding in findings(wrong))


def test_the_order_of_jobs_is_that_of_the_tables(tmp_path: Path) -> None:
    triggers = of_type(template(tmp_path).body, "AWS::Glue::Trigger")
    follows = {
        one["Actions"][0]["JobName"]: [part["JobName"] for part in one["Predicate"]["Conditions"]]
        for one in triggers.values()
        if one["Type"] == "CONDITIONAL"
    }
    assert follows == {
        "<JobReportsEnrichedDaily>": ["<JobNightly>"],
        "<JobReportsEnrichedWeekly>": ["<JobReportsEnrichedDaily>"],
    }
    start = triggers["StartNightly"]
    assert (start["Type"], start["Schedule"]) == ("SCHEDULED", "cron(0 3 * * ? *)")
    assert start["Actions"] == [{"JobName": "<JobNightly>"}]


def test_a_job_has_its_schedule_s_capacity_and_its_formats(tmp_path: Path) -> None:
    jobs = of_type(template(tmp_path).body, "AWS::Glue::Job")
    nightly, daily, weekly = jobs.values()
    assert (nightly["MaxRetries"], nightly["ExecutionClass"]) == (2, "STANDARD")
    assert nightly["Connections"] == {"Connections": ["shop-vpc"]}
    assert (daily["ExecutionClass"], daily["SecurityConfiguration"]) == ("FLEX", "shop-encrypted")
    lakes = [job["DefaultArguments"].get("--datalake-formats") for job in (nightly, daily, weekly)]
    assert lakes == ["iceberg", "delta,iceberg", "delta"]
    assert daily["Command"]["ScriptLocation"].endswith("/scripts/enriched/daily.py")
    assert weekly["Command"]["ScriptLocation"].endswith("/scripts/selection.py")
    conf = f"--conf {daily['DefaultArguments']['--conf']}".split("--conf ")[1:]
    assert "spark.hadoop.fs.s3a.connection.maximum=100 " in conf
    assert not any("token" in one or "shuffle" in one for one in conf)


def test_who_retries(tmp_path: Path) -> None:
    """Glue, or the state machine that starts its jobs: never both."""
    body = template(tmp_path, "stepfunctions").body
    assert {job["MaxRetries"] for job in of_type(body, "AWS::Glue::Job").values()} == {0}
    machine = of_type(body, "AWS::StepFunctions::StateMachine")["MachineNightly"]["Definition"]
    task = machine["States"]["Wave 1"]["Branches"][0]["States"]["nightly"]
    assert [one["MaxAttempts"] for one in task["Retry"]] == [5, 2]


def test_equal_inputs_give_equal_templates(tmp_path: Path) -> None:
    assert template(tmp_path / "a").text == template(tmp_path / "b").text


def test_an_account_id_in_a_name_becomes_a_parameter(tmp_path: Path) -> None:
    prod = str(CHANGES["conf/environments/prod.yaml"]).replace("shop-lake", "shop-lake-123456789012")
    made = template(tmp_path, "glue", {"conf/environments/prod.yaml": prod})
    assert "123456789012" not in made.text
    assert made.parameters == {"Account1": "123456789012"}
    assert "s3://shop-lake-${Account1}/tables/raw" in made.text
    assert findings(made.text) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("warehouse: s3://shop-lake/tables", "warehouse: lake", "the warehouse of environment 'prod' is not"),
        ("maximum: 100", "maximum: a b", "holds blanks"),
        ("spark.hadoop.shop.token: secret://shop/api/token", "spark.shop.token: hunter2", "show a secret"),
        ("maximum: 100", "maximum: /opt/x", "names a path of this machine"),
    ],
)
def test_what_cannot_be_deployed(tmp_path: Path, old: str, new: str, said: str) -> None:
    prod = str(CHANGES["conf/environments/prod.yaml"])
    assert old in prod
    with pytest.raises(ConfigError, match=said) as error:
        template(tmp_path, "glue", {"conf/environments/prod.yaml": prod.replace(old, new)})
    assert "hunter2" not in str(error.value)


def test_nothing_to_deploy(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no schedule"):
        template(tmp_path, "glue", {SCHEDULES: "schedules: {}\n"})


def test_ids_that_fall_together(tmp_path: Path) -> None:
    both = {
        SCHEDULES: "schedules: {a_b: {select: '*', on_demand: true}, a__b: {select: '*', on_demand: true}}\n"
    }
    with pytest.raises(ConfigError, match="would be called"):
        template(tmp_path, "glue", both)


def test_a_bundle_of_something_else(tmp_path: Path) -> None:
    other = read_bundle(write_bundle(tmp_path / "bundle", "shop", "test"))
    with pytest.raises(ConfigError, match="the bundle is of shop / test"):
        make_template(project(tmp_path / "project"), other)


def test_a_bundle_that_was_changed(tmp_path: Path) -> None:
    folder = bundle(tmp_path).folder
    (folder / "scripts/selection.py").write_text("print()", "utf-8")
    with pytest.raises(ConfigError, match="not as built: scripts/selection"):
        read_bundle(folder)
    with pytest.raises(ConfigError, match="is no bundle"):
        read_bundle(tmp_path / "nothing")
    (folder / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match="cannot be read: Field required"):
        read_bundle(folder)


def test_yaml_without_aliases(tmp_path: Path) -> None:
    text = template(tmp_path).text
    assert "&id" not in text
    assert yaml.safe_load(text) == template(tmp_path).body
