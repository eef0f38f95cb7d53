"""Who may import whom: one table. An edge that is not in it is a decision, not an accident."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from modules import Module, modules, parse

OURS = ("etl_core", "transforms", "quality", "jobs")
_BASE = {"errors", "names", "registry", "version"}
_MODELS = _BASE | {"config", "state"}
_STAGES = {
    "plan",
    "validate",
    "inspect",
    "lease",
    "storage",
    "parse",
    "changes",
    "quality",
    "metrics",
    "report",
}

# area -> areas it may import, besides itself
ALLOWED: dict[str, set[str]] = {
    "errors": {"config"},  # for annotations
    "names": set(),
    "version": set(),
    "registry": {"errors"},
    "config": _BASE,
    "state": {"config"},
    "aws": {"errors", "config"},
    "storage": {"errors", "registry", "aws"},
    "plan": _MODELS,
    "lease": _MODELS | {"storage"},
    "parse": _MODELS,
    "changes": _MODELS,
    "quality": _MODELS,
    "transforms": _MODELS,
    "validate": _MODELS | {"plan", "sinks", "sources", "quality"},
    "sources": _MODELS | {"plan", "parse", "runtime", "aws"},
    "sinks": _MODELS | {"plan", "storage", "changes", "runtime", "aws"},
    "inspect": _MODELS | {"lease", "plan", "sources", "sinks", "storage"},
    "metrics": _MODELS | {"quality", "sinks"},
    "report": _MODELS | {"metrics", "plan", "storage", "quality"},
    "runtime": _MODELS | {"aws"},
    "deploy": _MODELS | {"aws", "etl_core", "plan", "report", "runtime", "storage", "validate"},
    "run": _MODELS | _STAGES | {"sources", "sinks", "runtime"},
    "demo": _MODELS | {"report", "run", "sinks"},
    "testing": _MODELS | {"run", "runtime"},
    "job": _BASE | {"cli", "runtime"},
    "cli": _MODELS | _STAGES | {"run", "runtime", "sinks", "sources", "demo", "deploy"},
    "__main__": {"cli"},
    "etl_core": {"version", "job", "run"},
    "jobs": {"etl_core", "transforms"},
}
# What an area may see of another one, where it is not all of it.
ONLY = {
    ("run", "sinks"): ("etl_core.sinks.protocol", "etl_core.sinks.commits"),
    ("run", "sources"): ("etl_core.sources.protocol", "etl_core.sources.load", "etl_core.sources.errors"),
    ("metrics", "sinks"): ("etl_core.sinks.iceberg.pycatalog",),
    ("sinks", "runtime"): ("etl_core.runtime.jvm",),
    ("sources", "runtime"): ("etl_core.runtime.jvm",),
    ("deploy", "runtime"): (
        "etl_core.runtime.settings",
        "etl_core.runtime.jars",
        "etl_core.runtime.projects",
    ),
    ("testing", "run"): ("etl_core.run.common.context",),
    ("demo", "sinks"): ("etl_core.sinks.scanning",),
    ("demo", "run"): ("etl_core.run.entry", "etl_core.run.request"),
}
NO_SPARK = {
    "aws",
    "config",
    "plan",
    "validate",
    "state",
    "storage",
    "lease",
    "metrics",
    "report",
    "cli",
    "job",
    "etl_core",
    "deploy",
}
EDGES_OF_AWS = {"sources", "sinks", "inspect", "runtime", "deploy", "storage", "aws"}


def area(module: str) -> str:
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] or first if first == "etl_core" else first


def wrong_imports(module: Module) -> list[str]:
    own, found = area(module.name), []
    for one in module.imports:
        if one.module.partition(".")[0] not in OURS:
            continue
        other = area(one.module)
        seen = ONLY.get((own, other), ("",))
        if other != own and (other not in ALLOWED.get(own, set()) or not one.module.startswith(seen)):
            found.append(f"{module.where}:{one.line}: {own} may not import {one.module}")
    return found


def foreign_imports(module: Module) -> list[str]:
    """Spark where there must be none, also through its libraries; boto3 and awsglue but at the edges."""
    own, found = area(module.name), []
    for one in module.imports:
        top = one.module.partition(".")[0]
        spark = top in ("pyspark", "py4j", "pydeequ") and own in NO_SPARK
        aws = top in ("boto3", "botocore", "awsglue", "awsgluedq") and own not in EDGES_OF_AWS
        if (spark and one.at_top) or aws:
            found.append(f"{module.where}:{one.line}: {own} may not import {one.module}")
    return found


def test_every_import_is_in_the_table() -> None:
    assert [problem for module in modules() for problem in wrong_imports(module)] == []


def test_spark_and_aws_stay_where_they_belong() -> None:
    assert [problem for module in modules() for problem in foreign_imports(module)] == []


def test_every_package_is_in_the_table() -> None:
    assert {area(module.name) for module in modules()} <= set(ALLOWED)


def test_no_module_waits_for_itself() -> None:
    """No cycle among imports that run when a module is imported."""
    graph = {m.name: {one.module for one in m.imports if one.at_top} - {m.name} for m in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports go in a circle: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize(("of", "top"), [("run", {"run.progress"}), ("deploy", set())])
def test_folders_go_one_way(of: str, top: set[str]) -> None:
    """Modules that lie in the area itself join its folders together, and none of those needs them, but for
    `top`: the commands of `run.progress` are runs, or hold tables as one does."""
    graph: dict[str, set[str]] = {}
    for module in modules():
        if area(module.name) == of:
            others = {_folder(one.module) for one in module.imports if area(one.module) == of}
            graph.setdefault(_folder(module.name), set()).update(others - {_folder(module.name)})
    assert set(TopologicalSorter(graph).static_order()) >= {of, f"{of}.common"}
    assert {folder for folder, others in graph.items() if of in others} == top


def _folder(module: str) -> str:
    """`run.modes` of `etl_core.run.modes.keyed`."""
    found = module.split(".")[1:]
    return ".".join(found[:2]) if len(found) > 2 else found[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("etl_core.plan.x", "from etl_core.run import entry"),
        ("etl_core.changes.x", "def f():\n    import quality.judge"),
        ("transforms.x", "from etl_core.changes.order import newer"),
        ("etl_core.run.x", "from etl_core.sinks.iceberg import sink"),
    ],
)
def test_the_table_finds_a_wrong_import(name: str, text: str) -> None:
    module = parse(name, Path(__file__), text, set())
    assert len(wrong_imports(module)) == 1


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("etl_core.config.x", "import pyspark.sql", 1),
        ("etl_core.cli.commands.x", "def command():\n    import pyspark", 0),
        ("etl_core.plan.x", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pyspark", 0),
        ("etl_core.run.x", "def f():\n    import boto3", 1),
        ("etl_core.sources.x", "import boto3", 0),
    ],
)
def test_foreign_imports_are_found(name: str, text: str, count: int) -> None:
    assert len(foreign_imports(parse(name, Path(__file__), text, set()))) == count
