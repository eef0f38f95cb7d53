"""`--select`: patterns over table names, with `+` for what they read and what reads them.

`*` everything; `raw.*` a layer; `raw.customer` a table; `+t` with all it is made of; `t+` with all
that is made of it; `+t+` both. Several, separated by commas or spaces, add up.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from etl_core.errors import PlanError
from etl_core.plan.graph import Graph
from etl_core.registry import closest_hint


def select(graph: Graph, selection: str | None) -> tuple[str, ...]:
    """The selected tables in the graph's order; no selection means all of them.

    Raises PlanError for a term that matches no table, with the closest name.
    """
    terms = [term for term in re.split(r"[,\s]+", selection or "") if term]
    if not terms:
        return graph.order
    chosen: set[str] = set()
    for term in terms:
        chosen |= _expand(graph, term)
    return tuple(name for name in graph.order if name in chosen)


def _expand(graph: Graph, term: str) -> set[str]:
    pattern = term.removeprefix("+").removesuffix("+")
    matches = {name for name in graph.order if fnmatchcase(name, pattern)}
    if not matches:
        raise PlanError(f"--select {term}: no table matches", hint=_closest(graph, pattern))
    chosen = set(matches)
    for name in matches:
        chosen |= graph.ancestors(name) if term.startswith("+") else set()
        chosen |= graph.descendants(name) if term.endswith("+") else set()
    return chosen


def _closest(graph: Graph, pattern: str) -> str:
    layers = {f"{name.partition('.')[0]}.*" for name in graph.order}
    return closest_hint(pattern, tuple(sorted(layers | set(graph.order))))
