"""`read: changed_keys`: the target can replace single keys, and every change leads to some."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.plan.links import linked, ways
from etl_core.plan.reads import RECOMPUTED_MODES
from etl_core.sinks.capabilities import load
from etl_core.validate.where import problem

WHOLE = "write read: all"


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _on_without_meaning(table)
        if table.config.recomputes_keys:
            yield from _target(table)
            yield from _others(table)
            yield from _links(table, project)


def _on_without_meaning(table: Table) -> Iterator[Problem]:
    for name, source in table.config.inputs.items():
        if source.on and source.read != "changed_keys":
            message = f"`on` means nothing with `read: {source.read}`"
            yield problem(table, f"inputs.{name}.on", message, "it is for read: changed_keys; remove it")


def _target(table: Table) -> Iterator[Problem]:
    target, path = table.config.target, f"inputs.{_first(table)}.read"
    if target.mode not in RECOMPUTED_MODES:
        message = (
            f"`read: changed_keys` replaces the rows of recomputed keys, and mode `{target.mode}` "
            "keeps or orders what was there"
        )
        yield problem(table, path, message, f"write mode: {' or '.join(RECOMPUTED_MODES)}, or read: all")
    elif target.history != "scd1":
        message = "`read: changed_keys` makes rows anew, without the times of events that history scd2 needs"
        yield problem(table, path, message, "write history: scd1")
    elif target.sequence_by:
        message = "`sequence_by` means nothing with `read: changed_keys`: recomputed rows replace the old"
        yield problem(table, "target.sequence_by", message, "remove it")
    if not target.keys:
        message = "`read: changed_keys` replaces rows by their key, and the target has no `keys`"
        yield problem(table, path, message, "keys: [columns that identify a row]")
    formats = load()
    if table.format in formats and "merge" not in (can := formats.get(table.format)).modes:
        reason = dict(can.refusals).get("merge", "it cannot change single rows yet")
        yield problem(table, path, f"{table.format} cannot do `read: changed_keys`: {reason}", WHOLE)


def _others(table: Table) -> Iterator[Problem]:
    for name, source in table.config.inputs.items():
        if source.read == "new":
            message = "`read: new` beside `read: changed_keys`: a recomputed key needs all its rows"
            yield problem(table, f"inputs.{name}.read", message, "write read: changed_keys")


def _links(table: Table, project: Project) -> Iterator[Problem]:
    """Only where the contracts say which columns all inputs have."""
    inputs, keys = table.config.inputs, table.config.target.keys
    origins = {name: project.tables.get(source.table) for name, source in inputs.items()}
    known = {
        name: tuple(column.name for column in origin.config.columns) if origin else ()
        for name, origin in origins.items()
    }
    if not keys or not all(known.values()):
        return
    links = {
        name: linked(source, origin, known[name], keys)
        for name, source in inputs.items()
        if (origin := origins[name]) is not None
    }
    found = ways(links, keys)
    for name, source in inputs.items():
        unknown = [own for own in source.on if own.lower() not in links[name].columns]
        for own in unknown:
            message = f"`on` names no declared column of `{source.table}`: `{own}`"
            hint = did_you_mean(own, known[name]) or f"columns: {', '.join(known[name])}"
            yield problem(table, f"inputs.{name}.on", message, hint)
        if source.read == "changed_keys" and not unknown and not found[name]:
            message, hint = _no_way(source.table, tuple(links[name].on.values()), keys)
            yield problem(table, f"inputs.{name}", message, hint)


def _no_way(upstream: str, by: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, str]:
    refers = f"no other input refers to it by {', '.join(by)}" if by else "it has no `keys` to refer to it by"
    return (
        f"a change in `{upstream}` leads to no key: it lacks {', '.join(keys)}, and {refers}",
        "write on: {its column: its name in the input that refers to it}, or read: all",
    )


def _first(table: Table) -> str:
    return next(name for name, source in table.config.inputs.items() if source.read == "changed_keys")
