"""What becomes of the tables that read a table which was replaced or rewound."""

from __future__ import annotations

from dataclasses import dataclass

from etl_core.config.project import Project, Table


@dataclass(frozen=True)
class Effect:
    """What the next run of `reader` does. `fails`: it would repeat rows, and so refuses."""

    reader: str
    text: str
    fails: bool = False


def effect_on(reader: Table, upstreams: frozenset[str]) -> Effect:
    """`upstreams` lead no longer back to what `reader` has read of them."""
    target = reader.config.target
    modes = {source.read for source in reader.config.inputs.values() if source.table in upstreams}
    if target.mode == "append":
        return Effect(reader.name, "fails: it appends, and reading again would repeat its rows", fails=True)
    if "new" in modes:
        text = "reads it whole again; what came only from the replaced rows stays in it"
        return Effect(reader.name, text)
    if "changed_keys" in modes:
        return Effect(reader.name, "recomputes all keys")
    return Effect(reader.name, "reads it whole, as in every run")


def effects(project: Project, replaced: frozenset[str]) -> tuple[Effect, ...]:
    """Of the tables outside `replaced` that read one of them, in the project's order."""
    found = []
    for name, table in project.tables.items():
        upstreams = frozenset(source.table for source in table.config.inputs.values()) & replaced
        if upstreams and name not in replaced:
            found.append(effect_on(table, upstreams))
    return tuple(found)
