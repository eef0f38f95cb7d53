"""What a job may touch, from its tables' contracts: folders, catalog tables and secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from etl_core.config.project import Project
from etl_core.config.secrets import SCHEME, SecretRef
from etl_core.deploy.common.places import Place, bundle_place, deploy_config, on_s3, temp_place, warehouse
from etl_core.deploy.common.units import Unit
from etl_core.names import METRICS, SYSTEM_NAMESPACE, side_table, split_table

SIDE_KINDS = ("quarantine", "tombstones", "history")


@dataclass(frozen=True)
class Access:
    """Folders and objects on S3 by what may be done with them (`*` at the end: all below), catalog
    tables as `database/table`, databases that Spark only asks whether they are there, names of secrets.
    Sorted, without repetition. publishes_quality: it has Glue judge rules, and show the results."""

    read: tuple[str, ...]  # bucket/key patterns
    write: tuple[str, ...]
    listed: tuple[Place, ...]  # whose names may be seen
    read_tables: tuple[str, ...]
    written_tables: tuple[str, ...]
    asked_databases: tuple[str, ...]
    secrets: tuple[str, ...]
    topic: str = ""  # ARN of the SNS topic that hears of runs; "" for none
    publishes_quality: bool = False


def access_of(project: Project, unit: Unit, digest: str) -> Access:
    """Of one job, running from the bundle with this digest. Where it has all tables of a layer, the
    layer is named instead of each: policies have a greatest size."""
    config = deploy_config(project)
    lake, temp = warehouse(project), temp_place(config, unit.name)
    written = _grouped(project, set(unit.tables))
    upstream = {read for name in unit.tables for read in project.tables[name].config.upstream}
    read = _grouped(project, upstream - set(unit.tables))
    sources = sorted(set(_sources(project, unit)))
    code = bundle_place(config, digest)
    reading = [f"{place.bucket}/{place.below('*').key}" for place in (code, *sources)]
    # whether a path is a file is asked first, of tables too, and denied is no answer to that
    reading += [f"{place.bucket}/{place.key}" for place in sources if place.key]
    reading += [_key(lake, part) for name in read for part in _table_keys(name)]
    reading += [_key(lake, part) for name in (*read, *written) for part in _table_folder(name)]
    writing = [_key(lake, part) for name in written for part in _owned_keys(name)]
    writing += [_key(lake, "_strata/runs/*"), _key(lake, "_strata/reports/*"), _key(temp, "*")]
    judges = any(project.tables[name].config.quality.judges for name in unit.tables)
    writing += [_key(lake, f"{METRICS.replace('.', '/')}/*")] if judges else []
    metrics = {METRICS.replace(".", "/")} if judges else set()
    return Access(
        read=tuple(sorted(set(reading))),
        write=tuple(sorted(set(writing))),
        listed=tuple(sorted({lake, code, temp, *sources})),
        read_tables=tuple(sorted(name.replace(".", "/").lower() for name in read)),
        written_tables=tuple(sorted({one for name in written for one in _catalog_tables(name)} | metrics)),
        asked_databases=tuple(sorted(_asked(project, {*unit.tables, *upstream}))),
        secrets=tuple(sorted(set(_secrets(project, unit)))),
        topic=project.environment.notify.sns if project.environment.notify else "",
        publishes_quality=judges and project.environment.rule_engine == "glue",
    )


def _grouped(project: Project, tables: set[str]) -> list[str]:
    """`layer.*` for a layer of which all tables are there, else the tables one by one."""
    grouped: set[str] = set()
    for name in tables:
        layer = split_table(name)[0]
        whole = {one for one in project.tables if split_table(one)[0] == layer}
        grouped.add(f"{layer}.*" if whole <= tables and len(whole) > 1 else name)
    return sorted(grouped)


def _key(place: Place, part: str) -> str:
    return f"{place.bucket}/{place.below(part).key}"


def _table_keys(table: str) -> tuple[str, ...]:
    """The table's folder, and its state where its format keeps that apart."""
    layer, name = split_table(table)
    if name == "*":
        return f"{layer}/*", f"_strata/states/{layer}/*"
    return f"{layer}/{name}/*", f"_strata/states/{layer}/{name}.json"


def _table_folder(table: str) -> Iterator[str]:
    """Its name as if it were an object's; `layer/*` has that of all."""
    layer, name = split_table(table)
    if name != "*":
        yield f"{layer}/{name}"


def _owned_keys(table: str) -> Iterator[str]:
    """Also its lease, intents, removals, staged and failed batches (`_strata/<what>/<table>`), and the
    same of its side tables."""
    layer, name = split_table(table)
    yield from _table_keys(table)
    if name == "*":
        yield from (f"_strata/*/{layer}.*", f"_strata/*/{layer}/*")
        yield from (f"_strata/{layer}__*", f"_strata/*/_strata/{layer}__*", "_strata/new_*")
        return
    for part in (f"{layer}.{name}", f"{layer}/{name}"):
        yield from (f"_strata/*/{part}/*", f"_strata/*/{part}.json")
    for kind in SIDE_KINDS:
        side = side_table(table, kind).replace(".", "/")
        yield from (f"{side}/*", f"_strata/*/{side}*")
    yield "_strata/new_*"  # where Hudi makes a table before it gets its name


def _catalog_tables(table: str) -> Iterator[str]:
    layer, name = split_table(table.lower())
    yield f"{layer}/{name}"
    if name == "*":
        yield f"{SYSTEM_NAMESPACE}/{layer}__*"
        return
    yield from (side_table(table.lower(), kind).replace(".", "/") for kind in SIDE_KINDS)


def _asked(project: Project, tables: set[str]) -> Iterator[str]:
    """Spark's catalog client asks for `default` whatever it is used for; Delta takes ``delta.`s3://...` ``
    for a path only when the catalog says that it has no database `delta`."""
    yield "default"
    if any(project.tables[name].format == "delta" for name in tables):
        yield "delta"


def _sources(project: Project, unit: Unit) -> Iterator[Place]:
    for name in unit.tables:
        source = project.tables[name].source
        if source is not None:
            yield on_s3(source.path, f"the source of {name} ({source.path_setting})")


def _secrets(project: Project, unit: Unit) -> Iterator[str]:
    """Names of the secrets that the environment, the tables' parameters and their sources refer to."""
    settings: list[dict[str, Any]] = [project.environment.spark, project.environment.parameters]
    settings += [project.tables[name].parameters for name in unit.tables]
    sources = [project.tables[name].source for name in unit.tables]
    settings += [source.model_dump() for source in sources if source is not None]
    for values in settings:
        for value in values.values():
            if isinstance(value, str) and value.startswith(SCHEME):
                yield SecretRef.parse(value).name
