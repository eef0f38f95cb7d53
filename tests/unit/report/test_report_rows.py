from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import START, earlier, few, greatfin
from rich.console import Console

from etl_core.errors import SourceError
from etl_core.plan.observed import ObservedTable
from etl_core.report.rows import CHUNK, print_rows, write_json
from etl_core.report.status import print_status, statuses
from etl_core.state.models import TableState

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def as_json(rows):
    out = io.StringIO()
    write_json(rows, out)
    return out.getvalue()


@few
@given(st.lists(st.dictionaries(st.text(min_size=1), NESTED, max_size=4), max_size=4))
def test_json_comes_back_as_the_rows_it_was(rows):
    text = as_json(rows)
    assert json.loads(text) == rows
    assert len(text.split("\n")) == len(rows) + 3


def test_values_json_has_no_type_for():
    row = {
        "day": date(2026, 11, 21),
        "at": datetime(2026, 11, 21, 7, 48, tzinfo=UTC),
        "worth": Decimal("1000000.50"),
        "whole": Decimal("12.00"),
        "huge": Decimal("12345678901234567.89"),
        "bytes": b"\x00\xff",
        "nan": float("nan"),
        "many": [{"day": date(2020, 1, 1)}],
    }
    assert json.loads(as_json([row])) == [
        {
            "day": "2026-11-21",
            "at": "2026-11-21T07:48:00+00:00",
            "worth": 1000000.5,
            "whole": 12,
            "huge": "12345678901234567.89",
            "bytes": "00ff",
            "nan": "nan",
            "many": [{"day": "2020-01-01"}],
        }
    ]


def test_no_row_is_an_empty_array():
    assert json.loads(as_json([])) == []


def printed(rows, columns, width=80):
    console = Console(file=io.StringIO(), width=width)
    print_rows(rows, columns, console)
    return console.file.getvalue()


def test_rows_are_printed_with_null_and_empty_apart():
    rows = [{"id": 1, "city": "[b]Tampa[/b]"}, {"id": 22, "city": None}, {"id": 3, "city": ""}]
    lines = printed(rows, ["id", "city"]).splitlines()
    assert [line.split() for line in lines[2:5]] == [["1", "[b]Tampa[/b]"], ["22", "NULL"], ["3"]]
    assert lines[-1] == "3 rows"


def test_many_rows_come_in_several_tables_and_none_is_lost():
    text = printed(({"id": index} for index in range(2 * CHUNK + 1)), ["id"])
    numbers = [int(line) for line in text.splitlines() if line.strip().isdigit()]
    assert numbers == list(range(2 * CHUNK + 1))
    assert text.count("id") == 3


def test_control_characters_in_values_do_not_reach_the_terminal():
    assert "\x1b" not in printed([{"a": "\x1b[2Jx"}], ["a"])


def observed():
    state = TableState(run_id="20261120T074810Z-77aa01", at=START - timedelta(days=1))
    return {
        "conformed.person": ObservedTable(exists=True, snapshot="7719", state=state, rows=31_006),
        "raw.employee": ObservedTable(exists=True, snapshot="1", rows=8),
    }


def test_status_tells_the_data_readers_see_from_the_last_run():
    names = ["raw.employee", "conformed.person", "conformed.other"]
    employee, person, other = statuses(names, observed(), [greatfin(), *earlier(2)])
    assert (person.rows, person.published_run, person.last_status) == (
        31_006,
        "20261120T074810Z-77aa01",
        "failed",
    )
    assert person.last_run == greatfin().run_id
    assert (employee.published_run, employee.last_status) == ("", "done")
    assert (other.exists, other.last_status, other.rows) == (False, "never", None)


@pytest.mark.parametrize("width", [80, 120])
def test_status_on_the_terminal(width):
    console = Console(file=io.StringIO(), width=width)
    rows = statuses(["raw.employee", "conformed.person", "conformed.other"], observed(), [greatfin()])
    print_status(rows, console, START + timedelta(hours=2))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    person = next(line for line in lines if "person" in line)
    assert person.split() == ["person", "31,006", "1", "d", "ago", "✗", "failed", "2", "h", "ago", "7719"]
    assert "no table" in next(line for line in lines if "other" in line)


def test_an_unknown_table_is_named_with_the_closest():
    from types import SimpleNamespace

    from etl_core.report.known import known_table

    project = SimpleNamespace(config=SimpleNamespace(name="GreatFin"), tables={"raw.employee": object()})
    with pytest.raises(SourceError, match=r"no table 'raw\.employe'") as caught:
        known_table(project, "raw.employe")
    assert "raw.employee" in caught.value.hint
    assert caught.value.exit_code == 4
