"""Projects on disk for the tests of configuration, and their problems as short lines."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from etl_core.config.problems import Problem
from etl_core.validate import validate

ORDERS = "conf/tables/raw/orders.yaml"
DAILY = "conf/tables/enriched/daily.yaml"
LOCAL = "conf/environments/local.yaml"

GOOD = {
    "conf/strata.yaml": "name: shop\nlayers: [raw, standardized, enriched]\n",
    LOCAL: "profile: glue-5.1\nwarehouse: warehouse\n",
    ORDERS: """\
        table: raw.orders
        source:
          path: landing/orders
        target:
          mode: append
        columns:
          - {name: id, type: int}
          - {name: amount, type: "decimal(10,2)"}
          - {name: at, type: timestamp}
        """,
    DAILY: """\
        table: enriched.daily
        inputs:
          orders: raw.orders
        target:
          mode: overwrite
        """,
    "jobs/enriched/daily.py": """\
        from etl_core import table


        @table("enriched.daily")
        def daily(orders):
            return orders
        """,
}


def write(root: Path, changes: dict[str, str | None] | None = None) -> Path:
    """`GOOD` with `changes` over it; None leaves a file out."""
    for name, text in {**GOOD, **(changes or {})}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
    return root


def problems(root: Path, changes: dict[str, str | None], environment: str | None = None) -> list[Problem]:
    return list(validate(write(root, changes), environment)[1])


def short(found: list[Problem]) -> list[str]:
    return [f"{problem.where} {problem.message}" for problem in found]


def edited(file: str, old: str, new: str) -> dict[str, str | None]:
    """One change to one file of `GOOD`."""
    text = dedent(GOOD[file])
    assert old in text
    return {file: text.replace(old, new)}
