"""What a project without mistakes becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.config.loader import load
from tests.unit.config.small_project import DAILY, LOCAL, ORDERS, edited, problems, short, write

CRM = "conf/sources/crm.yaml"
CONNECTED = """\
    table: raw.orders
    source:
      connection: crm
      path: orders
      delimiter: ";"
    target: {mode: append}
    """


def test_a_project_has_its_tables_with_everything_decided(tmp_path: Path) -> None:
    project = load(write(tmp_path))
    assert project.root == tmp_path
    assert project.environment_name == "local"
    assert project.environment.warehouse == str(tmp_path / "warehouse")
    assert sorted(project.tables) == ["enriched.daily", "raw.orders"]
    orders, daily = project.tables["raw.orders"], project.tables["enriched.daily"]
    assert orders.source is not None
    assert orders.source.path == str(tmp_path / "landing/orders")
    assert orders.source.path_setting == f"{ORDERS}:3"
    assert (orders.source.type, orders.source.format, orders.source.header) == ("files", "csv", True)
    assert (orders.format, orders.layer, orders.file, orders.job) == ("iceberg", "raw", ORDERS, None)
    assert daily.config.inputs["orders"].table == "raw.orders"
    assert daily.config.inputs["orders"].read == "all"
    assert daily.job is not None
    assert (daily.job.function, daily.job.parameters, daily.job.line) == ("daily", ("orders",), 5)
    assert orders.positions["target.mode"].line == 5


def test_a_relative_root_makes_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert load(Path()).environment.warehouse == str(tmp_path / "warehouse")


def test_a_connection_lies_under_the_table_s_own_settings(tmp_path: Path) -> None:
    crm = "source: crm\npath: s3://landing/crm/\ntype: dms\ndelimiter: '|'\nheader: false\n"
    source = load(write(tmp_path, {CRM: crm, ORDERS: CONNECTED})).tables["raw.orders"].source
    assert source is not None
    assert source.path == "s3://landing/crm/orders"
    assert (source.type, source.delimiter, source.header) == ("dms", ";", False)
    assert source.path_setting == f"{ORDERS}:4"


def test_the_connection_s_path_alone_is_named_as_the_setting(tmp_path: Path) -> None:
    changes = {CRM: "source: crm\npath: landing\n", ORDERS: CONNECTED.replace("      path: orders\n", "")}
    source = load(write(tmp_path, changes)).tables["raw.orders"].source
    assert source is not None
    assert source.path == str(tmp_path / "landing")
    assert source.path_setting == f"{CRM}:2"


@pytest.mark.parametrize("path", ["/abs/orders", "s3a://b/orders", "file:///data/x"])
def test_an_absolute_path_does_not_go_below_the_connection_s(tmp_path: Path, path: str) -> None:
    changes = {
        CRM: "source: crm\npath: landing\n",
        ORDERS: CONNECTED.replace("path: orders", f"path: {path}"),
    }
    source = load(write(tmp_path, changes)).tables["raw.orders"].source
    assert source is not None
    assert source.path == path


@pytest.mark.parametrize(
    ("crm", "connected", "where", "message", "hint"),
    [
        (
            "source: crm\npath: x\n",
            CONNECTED.replace("crm", "crn"),
            f"{ORDERS}:3:15",
            "unknown connection `crn`",
            "`crm`",
        ),
        (
            "source: crm\n",
            CONNECTED.replace("      path: orders\n", ""),
            f"{ORDERS}:3:15",
            f"no path: neither here nor in {CRM}",
            "add `path`",
        ),
        (
            "source: crmm\npath: x\n",
            CONNECTED.replace("crm", "crmm"),
            f"{CRM}:1:9",
            "the file is called crm.yaml but names the source `crmm`",
            "conf/sources/crmm.yaml",
        ),
    ],
)
def test_mistakes_about_connections(
    tmp_path: Path, crm: str, connected: str, where: str, message: str, hint: str
) -> None:
    (problem,) = problems(tmp_path, {CRM: crm, ORDERS: connected})
    assert short([problem]) == [f"{where} {message}"]
    assert hint in problem.hint


def test_a_broken_connection_is_the_only_problem(tmp_path: Path) -> None:
    found = problems(tmp_path, {CRM: "source: crm\npth: landing\n", ORDERS: CONNECTED})
    assert short(found) == [f"{CRM}:2:1 unknown key `pth`"]


def test_parameters_the_nearest_wins(tmp_path: Path) -> None:
    changes = edited("conf/strata.yaml", "name: shop", "name: shop\nparameters: {a: 1, b: 1, c: 1}")
    changes |= edited(LOCAL, "profile", "parameters: {b: 2, c: 2}\nprofile")
    changes |= edited(DAILY, "target:", "parameters: {c: 3}\ntarget:")
    assert load(write(tmp_path, changes)).tables["enriched.daily"].parameters == {"a": 1, "b": 2, "c": 3}


def test_defaults_of_the_project(tmp_path: Path) -> None:
    defaults = "name: shop\ndefaults: {format: parquet, owner: team, environment: dev}"
    changes = edited("conf/strata.yaml", "name: shop", defaults)
    changes |= {"conf/environments/dev.yaml": "profile: glue-5.1\nwarehouse: s3://lake/w\n"}
    changes |= edited(DAILY, "target:", "owner: me\ntarget:\n  format: iceberg")
    project = load(write(tmp_path, changes))
    assert (project.environment_name, project.environment.warehouse) == ("dev", "s3://lake/w")
    assert load(tmp_path, "local").environment_name == "local"
    orders, daily = project.tables["raw.orders"], project.tables["enriched.daily"]
    assert (orders.format, orders.config.owner) == ("parquet", "team")
    assert (daily.format, daily.config.owner) == ("iceberg", "me")


@pytest.mark.parametrize(
    ("file", "name", "message"),
    [
        (
            "conf/tables/raw/copy.yaml",
            "raw.orders",
            "the file stands where `raw.copy` does but names `raw.orders`",
        ),
        (
            "conf/tables/raw/copy.yaml",
            "raw.orders",
            f"the table `raw.orders` stands twice; the first is {ORDERS}",
        ),
        ("conf/tables/raw/ORDERS.yaml", "raw.ORDERS", "stands twice"),
        ("conf/tables/row/copy.yaml", "row.copy", "unknown layer `row`"),
    ],
)
def test_a_table_s_name(tmp_path: Path, file: str, name: str, message: str) -> None:
    text = f"# copy\ntable: {name}\nsource: {{path: x}}\ntarget: {{mode: append}}\n"
    found = problems(tmp_path, {file: text})
    assert any(message in problem.message for problem in found), short(found)
    # Whichever of two equal names comes second is blamed.
    assert {problem.file for problem in found} <= {file, ORDERS}
    assert {problem.line for problem in found} <= {1, 2}
