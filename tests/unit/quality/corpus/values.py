"""Rules about the values of a column: text of the rule -> model."""

from __future__ import annotations

from quality.dqdl.model import Rule
from tests.unit.quality.corpus.making import (
    EMPTY,
    NULL,
    WHITESPACES_ONLY,
    date,
    duration,
    number,
    numbers,
    tag,
    text,
    texts,
    than,
)

A = ("a",)
MOST = numbers(">", "0.8")

VALUES: list[tuple[str, Rule]] = [
    ('ColumnValues "a" > 10', Rule("ColumnValues", A, numbers(">", "10"))),
    ('ColumnValues "a" <= -1.5', Rule("ColumnValues", A, numbers("<=", "-1.5"))),
    ('ColumnValues "a" between 1 and 2000', Rule("ColumnValues", A, numbers("between", "1", "2000"))),
    ('ColumnValues "a" not between -5 and 5', Rule("ColumnValues", A, numbers("not between", "-5", "5"))),
    ('ColumnValues "a" = 007', Rule("ColumnValues", A, numbers("=", "007"))),
    ('ColumnValues "a" in [ 1, 2, 3 ]', Rule("ColumnValues", A, numbers("in", "1", "2", "3"))),
    ('ColumnValues "a" not in [1.0, -2]', Rule("ColumnValues", A, numbers("not in", "1.0", "-2"))),
    ('ColumnValues "a" in [1, NULL]', Rule("ColumnValues", A, than("in", number("1"), NULL))),
    ('ColumnValues "a" = "x"', Rule("ColumnValues", A, texts("=", "x"))),
    ('ColumnValues "a" != "x"', Rule("ColumnValues", A, texts("!=", "x"))),
    ('ColumnValues "a" = ""', Rule("ColumnValues", A, texts("=", ""))),
    ('ColumnValues "a" in ["US", "CA"]', Rule("ColumnValues", A, texts("in", "US", "CA"))),
    ('ColumnValues "a" not in ["a,b", "[c]"]', Rule("ColumnValues", A, texts("not in", "a,b", "[c]"))),
    (
        'ColumnValues "a" in [ "US", "CA", "UK", NULL, EMPTY, WHITESPACES_ONLY ]',
        Rule(
            "ColumnValues",
            A,
            than("in", text("US"), text("CA"), text("UK"), NULL, EMPTY, WHITESPACES_ONLY),
        ),
    ),
    (
        'ColumnValues "a" not in ["a", whitespaces_only]',
        Rule("ColumnValues", A, than("not in", text("a"), WHITESPACES_ONLY)),
    ),
    ('ColumnValues "a" = NULL', Rule("ColumnValues", A, than("=", NULL))),
    ('ColumnValues "a" = null', Rule("ColumnValues", A, than("=", NULL))),
    ('ColumnValues "a" != EMPTY', Rule("ColumnValues", A, than("!=", EMPTY))),
    ('ColumnValues "a" = empty', Rule("ColumnValues", A, than("=", EMPTY))),
    ('ColumnValues "a" != WHITESPACES_ONLY', Rule("ColumnValues", A, than("!=", WHITESPACES_ONLY))),
    ('ColumnValues "a" = "NULL"', Rule("ColumnValues", A, texts("=", "NULL"))),
    (
        'ColumnValues "a" in ["say \\"hi\\"", "b\\\\c"]',
        Rule("ColumnValues", A, than("in", text('say "hi"', 'say \\"hi\\"'), text("b\\c", "b\\\\c"))),
    ),
    ('ColumnValues "a" = "it\'s # no comment"', Rule("ColumnValues", A, texts("=", "it's # no comment"))),
    ('ColumnValues "größe" = "naïve ✓"', Rule("ColumnValues", ("größe",), texts("=", "naïve ✓"))),
    ('ColumnValues "a" matches "[a-zA-Z]*"', Rule("ColumnValues", A, texts("matches", "[a-zA-Z]*"))),
    ('ColumnValues "a" not matches "x|y"', Rule("ColumnValues", A, texts("not matches", "x|y"))),
    (
        'ColumnValues "a" matches "\\d{3}-\\d{4}$"',
        Rule("ColumnValues", A, texts("matches", "\\d{3}-\\d{4}$")),
    ),
    ('ColumnValues "a" matches "\\"q\\""', Rule("ColumnValues", A, texts("matches", '\\"q\\"'))),
    ('ColumnValues "a" > "2022-06-30"', Rule("ColumnValues", A, texts(">", "2022-06-30"))),
    (
        'ColumnValues "a" between "2022-05-31" and "2022-06-30"',
        Rule("ColumnValues", A, texts("between", "2022-05-31", "2022-06-30")),
    ),
    (
        'ColumnValues "a" not between "2022-05-31" and "2022-06-30"',
        Rule("ColumnValues", A, texts("not between", "2022-05-31", "2022-06-30")),
    ),
    (
        'ColumnValues "a" in [NULL, "2023-01-01"]',
        Rule("ColumnValues", A, than("in", NULL, text("2023-01-01"))),
    ),
    ('ColumnValues "a" <= now()', Rule("ColumnValues", A, than("<=", date("now()")))),
    ('ColumnValues "a" > (now() - 3 days)', Rule("ColumnValues", A, than(">", date("(now() - 3 days)")))),
    (
        'ColumnValues "a" < (now( )+45minutes)',
        Rule("ColumnValues", A, than("<", date("(now() + 45 minutes)"))),
    ),
    (
        'ColumnValues "a" between (now() - 24 hours) and now()',
        Rule("ColumnValues", A, than("between", date("(now() - 24 hours)"), date("now()"))),
    ),
    (
        'ColumnValues "a" in [ now(), (now() - 4 days), "2023-01-01"]',
        Rule("ColumnValues", A, than("in", date("now()"), date("(now() - 4 days)"), text("2023-01-01"))),
    ),
    ('ColumnValues "a" > "9:30 AM"', Rule("ColumnValues", A, texts(">", "9:30 AM"))),
    (
        'ColumnValues "a" > "21:45" with timeZone = "Asia/Shanghai"',
        Rule("ColumnValues", A, texts(">", "21:45"), tags=(tag("timeZone", text("Asia/Shanghai")),)),
    ),
    (
        'ColumnValues "a" in ["A", "B"] with threshold > 0.8',
        Rule("ColumnValues", A, texts("in", "A", "B"), threshold=MOST),
    ),
    (
        'ColumnValues "a" matches "[a-z]*" with threshold between 0.2 and 0.9',
        Rule("ColumnValues", A, texts("matches", "[a-z]*"), threshold=numbers("between", "0.2", "0.9")),
    ),
    (
        'ColumnValues "a" != NULL with threshold > 0.8',
        Rule("ColumnValues", A, than("!=", NULL), threshold=MOST),
    ),
    (
        'ColumnValues "a" in ["F", "M"] where "weight < 10"',
        Rule("ColumnValues", A, texts("in", "F", "M"), where="weight < 10"),
    ),
    (
        'ColumnValues "a" in [10,20] where "b is NOT NULL" with threshold > 0.8',
        Rule("ColumnValues", A, numbers("in", "10", "20"), where="b is NOT NULL", threshold=MOST),
    ),
    (
        'ColumnValues "a" > 1 labels=["team"="hr"] with threshold > 0.8',
        Rule("ColumnValues", A, numbers(">", "1"), threshold=MOST, labels=(("team", "hr"),)),
    ),
    (
        'ColumnValues "a" > 1 with threshold > 0.8 labels = [ "team"="hr", "Team" = "x" ]',
        Rule("ColumnValues", A, numbers(">", "1"), threshold=MOST, labels=(("team", "hr"), ("Team", "x"))),
    ),
    ('ColumnLength "a" = 5', Rule("ColumnLength", A, numbers("=", "5"))),
    ('ColumnLength "a" between 1 and 5', Rule("ColumnLength", A, numbers("between", "1", "5"))),
    ('ColumnLength "a" not in [0, 3]', Rule("ColumnLength", A, numbers("not in", "0", "3"))),
    (
        'ColumnLength "a" > 10 where "b != Concat(c, d)"',
        Rule("ColumnLength", A, numbers(">", "10"), where="b != Concat(c, d)"),
    ),
    ('ColumnDataType "a" = "INTEGER"', Rule("ColumnDataType", A, texts("=", "INTEGER"))),
    ('ColumnDataType "a" in ["Date", "String"]', Rule("ColumnDataType", A, texts("in", "Date", "String"))),
    (
        'ColumnDataType "a" = "Timestamp" with threshold > 0.8',
        Rule("ColumnDataType", A, texts("=", "Timestamp"), threshold=MOST),
    ),
    (
        'ColumnDataType "a" != "Date" where "b" with format = "dd-MM-yyyy"',
        Rule(
            "ColumnDataType",
            A,
            texts("!=", "Date"),
            where="b",
            tags=(tag("format", text("dd-MM-yyyy")),),
        ),
    ),
    ('DataFreshness "a" <= 24 hours', Rule("DataFreshness", A, than("<=", duration("24 hours")))),
    (
        'DataFreshness "a" between 2 days and 5days',
        Rule("DataFreshness", A, than("between", duration("2 days"), duration("5 days"))),
    ),
    (
        'DataFreshness "a" not in [1 days, 90 minutes] where "b"',
        Rule("DataFreshness", A, than("not in", duration("1 days"), duration("90 minutes")), where="b"),
    ),
]
