"""What a job may do: its own tables, and nothing where a resource can be named."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from etl_core.config.loader import load
from etl_core.deploy.bundle.reader import read_bundle
from etl_core.deploy.cloudformation.role import LARGEST_POLICY, role_resources
from etl_core.deploy.cloudformation.template import make_template
from etl_core.errors import ConfigError
from etl_core.report.store import run_key
from etl_core.sinks.sidecar import sidecar_key
from tests.unit.deploy.bundle_sample import write_bundle
from tests.unit.deploy.resolved import of_type, rights
from tests.unit.deploy.small_deploy import CHANGES, WAYS, template
from tests.unit.deploy.test_template import ROOT

# AWS's own list of actions and the resources they take, as cfn-lint ships it
SERVICES = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text("utf-8"))
# Metrics have no resource (the list's `dataset` is another thing): the namespace is what can be held to
METRICS = "cloudwatch:PutMetricData"
DAILY = "RoleReportsEnrichedDaily"


def roles(body: Any) -> list[str]:
    return [name for name, one in body["Resources"].items() if one["Type"] == "AWS::IAM::Role"]


def allowed(statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    return any(
        action in statement["Action"] and any(fnmatchcase(resource, one) for one in statement["Resource"])
        for statement in statements
    )


def key(name: str) -> str:
    return f"arn:aws:s3:::shop-lake/tables/{name}"


def catalog(name: str) -> str:
    return f"arn:aws:glue:eu-central-1:000000000000:{name}"


@pytest.mark.parametrize("way", WAYS)
def test_every_action_exists_and_star_stands_only_where_nothing_can_be_named(
    tmp_path: Path, way: Any
) -> None:
    body = template(tmp_path, way).body
    checked = set()
    for role in roles(body):
        for statement in rights(body, role):
            for action in statement["Action"]:
                service, _, name = action.partition(":")
                known = SERVICES[service]["Actions"][name.lower()]
                assert "*" not in name
                if "*" in statement["Resource"]:
                    named = known.get("Resources")
                    if action == METRICS:
                        assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Glue"}}
                    else:
                        assert not named, f"{action} can name a resource"
                    assert statement["Resource"] == ["*"]
                checked.add(action)
    assert {"s3:PutObject", "glue:UpdateTable", "kms:Decrypt", "secretsmanager:GetSecretValue"} <= checked


@pytest.mark.parametrize("rule_engine", ["glue", "auto"])
def test_results_of_rules_are_published_where_glue_judges(tmp_path: Path, rule_engine: str) -> None:
    file, daily = "conf/environments/prod.yaml", "conf/tables/enriched/daily.yaml"
    rules = "        quality: {rules: 'Rules = [ RowCount > 0 ]'}\n"
    changes: dict[str, str | None] = {
        file: str(CHANGES[file]).rstrip() + f"\n        rule_engine: {rule_engine}\n",
        daily: str(CHANGES[daily]).rstrip() + f"\n{rules}",
    }
    body = template(tmp_path, changes=changes).body
    ruleset = SERVICES["glue"]["Actions"]["publishdataquality"]["Resources"]
    assert "dataQualityRuleset" in str(ruleset)
    publishing = {
        role: [one for one in rights(body, role) if "glue:PublishDataQuality" in one["Action"]]
        for role in roles(body)
    }
    judges = rule_engine == "glue"
    assert {role for role, found in publishing.items() if found} == ({DAILY} if judges else set())
    for statement in publishing[DAILY]:
        assert statement["Resource"] == [catalog("dataQualityRuleset/*")]
        assert statement["Action"] == ["glue:PublishDataQuality"]
    metrics = {
        one["Condition"]["StringEquals"]["cloudwatch:namespace"]
        for one in rights(body, DAILY)
        if METRICS in one["Action"]
    }
    assert metrics == ({"Glue", "Glue Data Quality"} if judges else {"Glue"})


def test_a_job_writes_its_own_table_only(tmp_path: Path) -> None:
    statements = rights(template(tmp_path).body, DAILY)
    own = [
        key(name)
        for name in (
            "enriched/daily/_delta_log/00000000000000000000.json",
            "_strata/enriched__daily_quarantine/data/a.parquet",
            "_strata/enriched__daily_tombstones/data/a.parquet",
            "_strata/leases/enriched.daily/00000001.json",
            "_strata/intents/enriched.daily/run.json",
            "_strata/removals/enriched.daily.json",
            "_strata/staged/enriched/daily/run/a.parquet",
            "_strata/failed/enriched.daily/run/a.parquet",
            sidecar_key("enriched.daily"),
            run_key("20261121T074810Z-1a2b3c"),
        )
    ]
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert [one for one in own if not allowed(statements, action, one)] == []
    others = [
        key(name)
        for name in (
            "enriched/weekly/data/a.parquet",
            "enriched/daily_b/data/a.parquet",
            "raw/orders/data/a.parquet",
            "_strata/leases/enriched.daily_b/00000001.json",
            "_strata/leases/raw.orders/00000001.json",
            "_strata/removals/enriched.weekly.json",
            "_strata/enriched__weekly_quarantine/data/a.parquet",
            sidecar_key("raw.orders"),
        )
    ]
    assert [one for one in others if allowed(statements, "s3:PutObject", one)] == []
    assert [one for one in others if allowed(statements, "s3:DeleteObject", one)] == []


def test_a_job_reads_what_its_table_is_made_of(tmp_path: Path) -> None:
    body = template(tmp_path).body
    daily, nightly = rights(body, DAILY), rights(body, "RoleNightly")
    order, landed = key("raw/orders/data/a.parquet"), "arn:aws:s3:::shop-landing/orders/1.csv"
    assert allowed(daily, "s3:GetObject", order)
    assert not allowed(daily, "s3:GetObject", key("raw/refunds/data/a.parquet"))
    assert not allowed(daily, "s3:GetObject", landed)
    assert allowed(nightly, "s3:GetObject", landed)
    assert not allowed(nightly, "s3:PutObject", landed)
    assert allowed(daily, "glue:GetTable", catalog("table/raw/orders"))
    assert not allowed(daily, "glue:UpdateTable", catalog("table/raw/orders"))
    assert allowed(daily, "glue:UpdateTable", catalog("table/enriched/daily"))
    assert allowed(daily, "glue:CreateTable", catalog("table/_strata/enriched__daily_quarantine"))
    assert not allowed(daily, "glue:UpdateTable", catalog("table/enriched/weekly"))


def test_a_job_reads_what_its_rules_compare_with(tmp_path: Path) -> None:
    daily = "conf/tables/enriched/daily.yaml"
    contract = str(CHANGES[daily]).rstrip() + "\n        quality: {references: {back: raw.refunds}}\n"
    statements = rights(template(tmp_path, changes={daily: contract}).body, DAILY)
    refunds = key("raw/refunds/data/a.parquet")
    assert allowed(statements, "s3:GetObject", refunds)
    assert allowed(statements, "glue:GetTable", catalog("table/raw/refunds"))
    assert not allowed(statements, "s3:PutObject", refunds)


def test_only_a_job_in_a_network_may_open_interfaces(tmp_path: Path) -> None:
    body = template(tmp_path).body
    opens = {
        role: any("ec2:CreateNetworkInterface" in one["Action"] for one in rights(body, role))
        for role in roles(body)
    }
    assert opens == {"RoleNightly": True, DAILY: False, "RoleReportsEnrichedWeekly": False}


def test_secrets_and_keys_are_named(tmp_path: Path) -> None:
    statements = rights(template(tmp_path).body, DAILY)
    named = {
        action: one["Resource"] for one in statements for action in one["Action"] if action.startswith("s")
    }
    assert named["secretsmanager:GetSecretValue"] == [
        "arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop/api-??????"
    ]
    key_arn = "arn:aws:kms:eu-central-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert allowed(statements, "kms:Decrypt", key_arn)


def test_a_secret_among_a_tables_parameters_is_for_its_job_only(tmp_path: Path) -> None:
    daily = "conf/tables/enriched/daily.yaml"
    contract = str(CHANGES[daily]).rstrip()
    changes: dict[str, str | None] = {
        daily: f"{contract}\n        parameters: {{token: secret://mail/api/token}}\n"
    }
    body = template(tmp_path, "glue", changes).body
    secret = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:mail/api-abcdef"
    may = {role: allowed(rights(body, role), "secretsmanager:GetSecretValue", secret) for role in roles(body)}
    assert may == {"RoleNightly": False, DAILY: True, "RoleReportsEnrichedWeekly": False}


def test_a_job_sends_messages_to_the_topic_of_its_environment_and_to_no_other(tmp_path: Path) -> None:
    body = template(tmp_path).body
    topic = "arn:aws:sns:eu-central-1:000000000000:data-alerts"
    for role in roles(body):
        (given,) = [one for one in rights(body, role) if "sns:Publish" in one["Action"]]
        assert given == {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [topic]}
    environment = "conf/environments/prod.yaml"
    untold = [line for line in str(CHANGES[environment]).splitlines() if "notify: {" not in line]
    body = template(tmp_path, changes={environment: "\n".join(untold)}).body
    given = [action for role in roles(body) for one in rights(body, role) for action in one["Action"]]
    assert [action for action in given if action.startswith("sns:")] == []


def test_a_job_with_rules_writes_the_table_of_metrics_and_no_other_does(tmp_path: Path) -> None:
    daily = "conf/tables/enriched/daily.yaml"
    contract = str(CHANGES[daily]).rstrip() + "\n        quality: {rules: 'Rules = [ RowCount > 0 ]'}\n"
    body = template(tmp_path, changes={daily: contract}).body
    file, entry = key("_strata/metrics/data/a.parquet"), catalog("table/_strata/metrics")
    for role in (DAILY, "RoleReportsEnrichedWeekly"):
        may = role == DAILY
        assert allowed(rights(body, role), "s3:PutObject", file) is may
        assert allowed(rights(body, role), "glue:UpdateTable", entry) is may
        assert allowed(rights(body, role), "glue:CreateTable", entry) is may


def test_policies_are_as_small_as_iam_wants_them(tmp_path: Path) -> None:
    built = read_bundle(write_bundle(tmp_path, "GreatFin", "prod"))
    body = make_template(load(ROOT, "prod"), built).body
    sizes = {
        name: len(json.dumps(one["PolicyDocument"], separators=(",", ":")))
        for name, one in of_type(body, "AWS::IAM::ManagedPolicy").items()
    }
    assert len(sizes) > 6  # of six roles: some need two
    assert {name: size for name, size in sizes.items() if size > LARGEST_POLICY} == {}


def test_many_rights_are_divided_and_too_many_refused() -> None:
    many = [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"arn:{'x' * 100}{n}"]}
        for n in range(300)
    ]
    made = role_resources("job", "nightly", "", many)
    packed = [one["Properties"]["PolicyDocument"]["Statement"] for one in list(made.values())[1:]]
    assert [statement for policy in packed for statement in policy] == many
    assert all(len(json.dumps(policy, separators=(",", ":"))) <= LARGEST_POLICY for policy in packed)
    with pytest.raises(ConfigError, match="more rights than a role can hold"):
        role_resources("job", "nightly", "", many * 2)
