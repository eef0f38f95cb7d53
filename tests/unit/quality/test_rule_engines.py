"""Which engine takes a rule, and what is said of a rule that none takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from etl_core.errors import ConfigError
from quality import engines
from quality.dqdl import parse, read
from quality.engines.support import engine_for, refusals

FORMAT = 'ColumnDataType "a" = "Date" with format = "dd/MM/yyyy"'
SEVERAL = 'IsUnique "a" "b"'


@pytest.mark.parametrize(
    ("text", "auto", "inline", "deequ"),
    [
        ('IsComplete "a"', "inline", "inline", "deequ"),
        ('Variance "a" > 1', "inline", "inline", None),
        ('ColumnLength "a" != 3', "inline", "inline", None),
        (SEVERAL, "inline", "inline", None),
        (FORMAT, "deequ", None, "deequ"),
        ('ColumnValues "a" > now() with timeZone = "America/New_York"', "deequ", None, "deequ"),
        ('ColumnValues "a" > "9:30 AM"', None, None, None),
        ('SchemaMatch "other" = 1.0', "inline", "inline", "deequ"),
        ('FileUniqueness "s3://b/" = 1.0', None, None, None),
        ("RowCount > avg(last(3))", "inline", "inline", "deequ"),
        ('DetectAnomalies "RowCount"', "inline", "inline", None),
        (f'({FORMAT}) or (IsComplete "a")', "deequ", None, "deequ"),
        (f'({SEVERAL}) or (IsComplete "a")', "inline", "inline", None),
        (f"({FORMAT}) or ({SEVERAL})", None, None, None),
    ],
)
def test_the_engine_of_a_rule(text: str, auto: str | None, inline: str | None, deequ: str | None) -> None:
    (rule,) = parse(f"Rules = [ {text} ]").rules
    found = [engine_for(rule, setting, "dataset") for setting in ("auto", "inline", "deequ")]
    assert found == [auto, inline, deequ]


def messages(text: str, setting: str, composites: str = "dataset") -> list[tuple[int, str]]:
    found = refusals(read(f"Rules = [ {text} ]"), setting, composites)  # type: ignore[arg-type]
    return [(error.column, error.message) for error in found]


def test_what_is_said_of_a_rule_without_an_engine() -> None:
    assert messages(SEVERAL, "deequ") == [
        (11, "IsUnique of several columns is not supported by the deequ engine")
    ]
    assert messages(FORMAT, "inline") == [
        (11, "ColumnDataType with format is not supported by the inline engine")
    ]
    assert messages(f"{SEVERAL}, {FORMAT}", "auto") == []
    assert messages('FileSize "a" > 5 MB', "auto") == [
        (11, "rule type FileSize is not supported by any rule engine")
    ]
    assert messages(f"RowCount > 1, ({FORMAT}) or ({SEVERAL})", "auto") == [
        (26, "this composite is not supported by any rule engine")
    ]


def test_composites_row_by_row_are_for_the_inline_engine() -> None:
    text = '(IsComplete "a") or (IsComplete "b")'
    (rule,) = parse(f"Rules = [ {text} ]").rules
    assert [engine_for(rule, one, "row") for one in ("auto", "inline", "deequ")] == ["inline", "inline", None]
    assert messages(text, "auto", "row") == []
    assert messages(text, "deequ", "row") == [(12, "this composite is not supported by the deequ engine")]
    ratio = '(IsComplete "a") or (Completeness "b" > 0.5)'
    assert [message for _, message in messages(ratio, "auto", "row")] == [
        "Completeness judges the whole dataset, not one row after the other"
    ]


def test_what_glue_takes() -> None:
    either = '(IsComplete "a") or (IsComplete "b")'
    (composite,) = parse(f"Rules = [ {either} ]").rules
    assert [engine_for(composite, "glue", one) for one in ("dataset", "row")] == ["glue", "glue"]
    taken = f'{FORMAT}, ColumnLength "a" != 3, RowCount > avg(last(3)), SchemaMatch "other" = 1.0'
    assert messages(taken, "glue") == []
    refused = f'{SEVERAL}, Variance "a" > 1, DetectAnomalies "RowCount", FileSize "a" > 5 MB'
    assert [message for _, message in messages(refused, "glue")] == [
        "IsUnique of several columns is not supported by the glue engine",
        "rule type Variance is not supported by the glue engine",
        "rule type DetectAnomalies is not supported by the glue engine",
        "rule type FileSize is not supported by the glue engine",
    ]
    reading = read('Rules = [ RowCount > 1 ]\nAnalyzers = [ Mean "a" ]')
    assert [error.message for error in refusals(reading, "glue", "dataset")] == [
        "Analyzers: Mean is not supported by the glue engine"
    ]


def test_what_is_supported_is_known_without_spark() -> None:
    code = (
        "import sys; from quality.engines.support import load; print(load().names());"
        "print([name for name in ('pyspark', 'pydeequ', 'py4j') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["('deequ', 'glue', 'inline')", "[]"]


def test_an_unknown_engine() -> None:
    with pytest.raises(ConfigError, match="unknown rule engine"):
        engines.get("great")
