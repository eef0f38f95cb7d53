"""Suggestions from hand-made profiles: types, rules, and YAML that the project's own reader takes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from etl_core.config.models.source import ResolvedSource
from etl_core.report.profile import percent, print_profile
from etl_core.report.suggestion import contract_yaml
from etl_core.validate import validate
from quality.profiling.model import ColumnProfile, Profile, ValueCount
from quality.profiling.suggest import suggest
from quality.profiling.types import type_of


def text(name: str = "c", rows: int = 100, nulls: int = 0, **more: object) -> ColumnProfile:
    return ColumnProfile.model_validate(
        {"name": name, "type": "string", "kind": "text", "rows": rows, "nulls": nulls, **more}
    )


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (text(reads_as={"int": 100}, whole=4, low=-3.0, high=9999.0), "int"),
        (text(reads_as={"int": 100}, whole=11, low=1.0, high=3e10), "bigint"),
        (text(reads_as={"int": 100}, whole=4, leading_zeros=1), "string"),
        (text(reads_as={"int": 50, "decimal": 50}, whole=5, fraction=2), "decimal(7,2)"),
        (text(reads_as={"decimal": 100}, whole=30, fraction=20), "double"),
        (text(reads_as={"int": 1, "double": 99}), "double"),
        (text(reads_as={"date": 60, "timestamp": 40}), "timestamp"),
        (text(reads_as={"date": 96, "text": 4}), "date"),
        (text(reads_as={"date": 94, "text": 6}), "string"),
        (text(nulls=100), "string"),
        (text(reads_as={"boolean": 100}), "boolean"),
    ],
)
def test_the_narrowest_type_that_fits(column: ColumnProfile, found: str) -> None:
    assert type_of(column, 0.95).type == found


def nasty() -> Profile:
    """Names and values that YAML or DQDL could stumble over."""
    states = tuple(ValueCount(value=value, rows=30) for value in ("open: #1", "it's", "NO"))
    quoted = tuple(ValueCount(value=value, rows=45) for value in ('say "x"', "b\\c"))
    zips = (ValueCount(value="999 99", rows=97),)
    fees = {"decimal": 95, "text": 2}
    return Profile(
        rows=100,
        columns=(
            text("id", reads_as={"int": 100}, whole=3, low=0.0, high=99.0, distinct=100, exact=True),
            text("no", nulls=10, reads_as={"text": 90}, distinct=3, exact=True, top=states),
            text("na me: {x}", nulls=10, reads_as={"text": 90}, distinct=2, exact=True, top=quoted),
            text('quo"te', reads_as={"text": 100}, min_length=4, max_length=4),
            text("zip", reads_as={"int": 100}, leading_zeros=3, patterns=zips),
            text("paid", nulls=3, reads_as=fees, whole=4, fraction=2, low=0.0, high=1.0),
        ),
        keys=("id",),
    )


def test_the_whole_contract_is_valid(tmp_path: Path) -> None:
    printed = contract_yaml(suggest(nasty()), "raw.t", ResolvedSource(path=str(tmp_path)))
    files = {
        "conf/strata.yaml": "name: small\nlayers: [raw]\n",
        "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: warehouse\n",
        "conf/tables/raw/t.yaml": printed,
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    project, problems = validate(tmp_path, None)
    assert problems == (), printed
    assert project is not None
    config = project.tables["raw.t"].config
    assert [column.name for column in config.columns] == [column.name for column in nasty().columns]
    assert [column.type for column in config.columns] == ["int", *["string"] * 4, "decimal(6,2)"]
    assert [column.nullable for column in config.columns] == [False, True, True, False, False, True]
    rules = config.quality.rules or ""
    assert 'ColumnValues "zip" matches "[0-9]{3}[ ][0-9]{2}" with threshold >= 0.97' in rules
    assert 'in ["NO", "it\'s", "open: #1"] where "`no` is not null"' in rules
    assert "mode: merge, keys: [id]" in printed
    assert "97.9 %" in printed


def test_a_profile_fits_the_terminal() -> None:
    for width in (80, 120):
        out = io.StringIO()
        print_profile(nasty(), "raw.t", Console(width=width, file=out, highlight=False))
        assert max(map(len, out.getvalue().splitlines())) <= width
        assert "likely key: id" in out.getvalue()


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "0 %"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 99999, "0.1 %"),
        (99998, 99999, "99.9 %"),
        (1, 3, "33.3 %"),
    ],
)
def test_all_and_none_are_never_said_of_less(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said
