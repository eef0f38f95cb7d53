"""docs/dqdl.md is what the code says; and what it says of the engine is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quality.dqdl import parse, reference
from quality.dqdl.model import Rule
from quality.dqdl.types import RULE_NAMES, RULE_TYPES
from quality.engines.support import ENGINES_DOCUMENTED, load
from tests.unit.quality.corpus.others import COMPOSITES, FILES, OTHER_DATA
from tests.unit.quality.corpus.statistics import STATISTICS
from tests.unit.quality.corpus.values import VALUES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "dqdl.md"
# "Returns row-level results" in the reference, as far as a rule judges each single row by itself or its key
ROW_LEVEL = {"ColumnLength", "ColumnValues", "IsComplete", "IsPrimaryKey", "IsUnique"}


def corpus() -> list[Rule]:
    every = [*STATISTICS, *VALUES, *OTHER_DATA, *FILES, *COMPOSITES]
    return [leaf for text, _ in every for leaf in parse(f"Rules = [ {text} ]").leaves()]


def rows() -> dict[str, list[str]]:
    """The rule types of the page: name -> its cells."""
    page = PAGE.read_text("utf-8").partition("<!-- table: rules -->")[2].partition("<!-- end -->")[0]
    lines = re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in lines}


def test_the_page_is_the_code() -> None:
    """`python -m quality.dqdl.reference docs/dqdl.md` brings the page up to date."""
    assert reference.updated(PAGE.read_text("utf-8")) == PAGE.read_text("utf-8")


def test_the_page_has_every_rule_type_with_its_verdict() -> None:
    assert set(rows()) == set(RULE_NAMES)
    assert {name for name, cells in rows().items() if cells[4] == "row"} == ROW_LEVEL


@pytest.mark.parametrize("name", RULE_NAMES)
@pytest.mark.parametrize("engine", ENGINES_DOCUMENTED)
def test_what_the_page_says_of_the_engines_is_so(name: str, engine: str) -> None:
    refused = [
        any(True for _ in load().get(engine).problems(rule)) for rule in corpus() if rule.rule_type == name
    ]
    said = dict(re.findall(r"(\w+)( \(.*?\))?(?:; |$)", rows()[name][5]))
    if engine not in said:
        assert all(refused)
    elif said[engine]:
        assert any(refused)
        assert not all(refused)
    else:
        assert not any(refused)


def test_which_rule_types_take_no_earlier_results() -> None:
    named = re.search(r"not so for (.*)\.", PAGE.read_text("utf-8"))
    assert named is not None
    numeric = {name for name in RULE_NAMES if "number" in RULE_TYPES[name].conditions}
    assert set(re.findall(r"`(\w+)`", named[1])) == {name for name in numeric if not RULE_TYPES[name].dynamic}
