"""No secret, account id or path of this machine gets into a template, wherever it was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl_core.config.project import Project
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.cloudformation.template import Way, make_template
from etl_core.errors import ConfigError
from tests.unit.deploy.small_deploy import WAYS, bundle, project

SECRET = "hunter2Kx9"
ACCOUNT = "123456789012"
SECRETS = (
    f"password={SECRET}",
    f"db_pwd: {SECRET}",
    f"jdbc:postgresql://me:{SECRET}@db/shop",
    "AKIA" + "A1B2C3D4E5F6G7H8",
)
WORDS = st.text(st.characters(codec="ascii", exclude_categories=("Cc", "Cs")), max_size=12)
PLACES = ("name", "schedule", "table", "spark", "tag", "lake", "landing", "layer")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Bundle]:
    root = tmp_path_factory.mktemp("leaks")
    return project(root / "project"), bundle(root / "bundle")


def told(sample: Project, place: str, text: str) -> Project:
    """The project with `text` written in one of its files."""
    environment, config = sample.environment, sample.config
    schedules = dict(sample.schedules.schedules)
    tables = dict(sample.tables)
    if place == "name":
        config = config.model_copy(update={"name": text})
    elif place == "schedule":
        schedules["nightly"] = schedules["nightly"].model_copy(update={"description": text})
    elif place == "table":
        daily = tables["enriched.daily"]
        described = daily.config.model_copy(update={"description": text})
        tables["enriched.daily"] = replace(daily, config=described)
    elif place == "landing":
        orders = tables["raw.orders"]
        assert orders.source is not None
        moved = orders.source.model_copy(update={"path": f"s3://landing/{text}"})
        tables["raw.orders"] = replace(orders, source=moved)
    else:
        assert environment.deploy is not None
        tags = {"domain": text} if place == "tag" else {}
        deploy = environment.deploy.model_copy(update={"lake_formation_tags": tags})
        spark = {"spark.shop.note": text} if place == "spark" else {}
        lake = f"s3://lake-{text}/x" if place == "lake" else environment.warehouse
        changes = {"deploy": deploy, "spark": spark, "warehouse": lake}
        environment = environment.model_copy(update=changes)
    return replace(
        sample,
        config=config,
        environment=environment,
        tables=tables,
        schedules=sample.schedules.model_copy(update={"schedules": schedules}),
    )


@settings(max_examples=60, deadline=None)
@given(
    place=st.sampled_from(PLACES),
    before=WORDS,
    what=st.sampled_from((*SECRETS, ACCOUNT, "the project's folder", "file:///etc/passwd")),
    after=WORDS,
    way=st.sampled_from(WAYS),
)
@example(place="lake", before="", what=ACCOUNT, after="", way="glue")
@example(place="table", before="", what=SECRETS[0], after="", way="glue")
@example(place="schedule", before="see ", what="the project's folder", after="", way="stepfunctions")
def test_nothing_gets_into_a_template(
    sample: tuple[Project, Bundle], place: str, before: str, what: str, after: str, way: Way
) -> None:
    given_project, built = sample
    root = str(given_project.root)
    word = root if what == "the project's folder" else what
    changed = told(given_project, place, f"{before} {word} {after}".strip())
    try:
        text = make_template(changed, replace(built, project=changed.config.name), way).text
    except ConfigError as error:
        text = str(error)
    flat = text.replace("\n", " ")
    for hidden in (SECRET, "AKIAA1B2C3D4E5F6G7H8", ACCOUNT, root, "file:///etc/passwd"):
        assert hidden not in flat


@pytest.mark.parametrize("text", ["Orders of 2026.", "cost: ${AWS::AccountId} is only text", "a/b c:d"])
def test_what_is_harmless_stays(sample: tuple[Project, Bundle], text: str) -> None:
    """The guard lets plain text through, as it stands."""
    given_project, built = sample
    body = make_template(told(given_project, "table", text), built).body
    assert body["Resources"]["JobReportsEnrichedDaily"]["Properties"]["Description"] == text
