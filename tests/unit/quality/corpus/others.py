"""Rules about other datasets and files, and composites: text of the rule -> model."""

from __future__ import annotations

from quality.dqdl.model import Rule
from tests.unit.quality.corpus.making import (
    both,
    date,
    either,
    number,
    numbers,
    order,
    size,
    tag,
    text,
    texts,
    than,
)

PATH = ("s3://bucket/",)
WHOLE, MOST = numbers("=", "1.0"), numbers(">=", "0.9")
A, B, C, D = (Rule("IsComplete", (name,)) for name in "abcd")
NOT_EMPTY = Rule("RowCount", condition=numbers(">", "0"))
DAY_OLD = than(">", date("(now() - 24 hours)"))

OTHER_DATA: list[tuple[str, Rule]] = [
    (
        'ReferentialIntegrity "zipcode" "reference.zipcode" >= 0.9',
        Rule("ReferentialIntegrity", ("zipcode", "reference.zipcode"), MOST),
    ),
    (
        'ReferentialIntegrity "a,b" "ref.{x,y}" = 1.0',
        Rule("ReferentialIntegrity", ("a,b", "ref.{x,y}"), WHOLE),
    ),
    (
        'ReferentialIntegrity of "a" and "ref.a" = 1.0',
        Rule("ReferentialIntegrity", ("a", "ref.a"), WHOLE),
    ),
    ('DatasetMatch "reference" "ID" >= 0.9', Rule("DatasetMatch", ("reference", "ID"), MOST)),
    (
        'DatasetMatch "reference" "ID_1->ID_ref1,ID_2->ID_ref2" "Amount1->Amount2" >= 0.9',
        Rule("DatasetMatch", ("reference", "ID_1->ID_ref1,ID_2->ID_ref2", "Amount1->Amount2"), MOST),
    ),
    ('SchemaMatch "ref" = 1.0', Rule("SchemaMatch", ("ref",), WHOLE)),
    ('RowCountMatch "ref" >= 0.9', Rule("RowCountMatch", ("ref",), MOST)),
    (
        'AggregateMatch "sum(amount)" "sum(reference.total)" = 1.0',
        Rule("AggregateMatch", ("sum(amount)", "sum(reference.total)"), WHOLE),
    ),
    (
        'AggregateMatch "avg(ratings)" and "avg(db.t.ratings)" >= 0.9',
        Rule("AggregateMatch", ("avg(ratings)", "avg(db.t.ratings)"), MOST),
    ),
]

FILES: list[tuple[str, Rule]] = [
    ("FileFreshness > (now() - 24 hours)", Rule("FileFreshness", condition=DAY_OLD)),
    ('FileFreshness "s3://bucket/" > (now() - 24 hours)', Rule("FileFreshness", PATH, DAY_OLD)),
    ('FileFreshness "s3://bucket/" > "2020-01-01"', Rule("FileFreshness", PATH, texts(">", "2020-01-01"))),
    (
        'FileFreshness "s3://bucket/" between "9:30 AM" and "22:15"',
        Rule("FileFreshness", PATH, texts("between", "9:30 AM", "22:15")),
    ),
    (
        'FileFreshness "s3://bucket/" between "2001-02-07" and (now() + 15 minutes)',
        Rule("FileFreshness", PATH, than("between", text("2001-02-07"), date("(now() + 15 minutes)"))),
    ),
    (
        'FileFreshness "s3://bucket/" > "21:45" with timeZone = "America/New_York" with failFast = "true"',
        Rule(
            "FileFreshness",
            PATH,
            texts(">", "21:45"),
            tags=(tag("timeZone", text("America/New_York")), tag("failFast", text("true"))),
        ),
    ),
    (
        'FileFreshness > (now() - 24 hours) with recentFiles = 1 with uriRegex = "inventory_" '
        'with filterOrder = ["uriRegex","recentFiles"]',
        Rule(
            "FileFreshness",
            condition=DAY_OLD,
            tags=(
                tag("recentFiles", number("1")),
                tag("uriRegex", text("inventory_")),
                order("uriRegex", "recentFiles"),
            ),
        ),
    ),
    (
        'FileMatch "s3://bucket/f.json" in ["3ee0"] with hashAlgorithm = "MD5"',
        Rule(
            "FileMatch",
            ("s3://bucket/f.json",),
            texts("in", "3ee0"),
            tags=(tag("hashAlgorithm", text("MD5")),),
        ),
    ),
    ('FileMatch in ["3ee0", "7e86"]', Rule("FileMatch", condition=texts("in", "3ee0", "7e86"))),
    ('FileMatch "s3://old/" "s3://new/"', Rule("FileMatch", ("s3://old/", "s3://new/"))),
    (
        'FileMatch "s3://old/" "s3://new/" with matchFileName = "true"',
        Rule("FileMatch", ("s3://old/", "s3://new/"), tags=(tag("matchFileName", text("true")),)),
    ),
    ("FileUniqueness > 0.5", Rule("FileUniqueness", condition=numbers(">", "0.5"))),
    (
        'FileUniqueness "s3://bucket/" = 1.0 with recentFiles = 10',
        Rule("FileUniqueness", PATH, WHOLE, tags=(tag("recentFiles", number("10")),)),
    ),
    ('FileSize "s3://bucket/" > 2 MB', Rule("FileSize", PATH, than(">", size("2 MB")))),
    ("FileSize > 1024", Rule("FileSize", condition=numbers(">", "1024"))),
    (
        'FileSize "s3://bucket/" between 2GB and 1 TB with threshold > 0.7',
        Rule("FileSize", PATH, than("between", size("2 GB"), size("1 TB")), threshold=numbers(">", "0.7")),
    ),
    ("FileSize in [5 B, 6 KB]", Rule("FileSize", condition=than("in", size("5 B"), size("6 KB")))),
]

COMPOSITES: list[tuple[str, Rule]] = [
    ('(IsComplete "a") and (IsComplete "b")', both(A, B)),
    ('(IsComplete "a") AND (IsComplete "b")', both(A, B)),
    ('(IsComplete "a") or (IsComplete "b")', either(A, B)),
    ('(IsComplete "a") OR (IsComplete "b") OR (IsComplete "c")', either(A, B, C)),
    ('IsComplete "a" and IsComplete "b"', both(A, B)),
    ('IsComplete "a" or IsComplete "b" and IsComplete "c"', either(A, both(B, C))),
    ('(IsComplete "a") and ((IsComplete "b") or (IsComplete "c"))', both(A, either(B, C))),
    ('((IsComplete "a") or (IsComplete "b")) and (IsComplete "c")', both(either(A, B), C)),
    ('((IsComplete "a") and (IsComplete "b")) and (IsComplete "c")', both(A, B, C)),
    ('(IsComplete "a") and ((IsComplete "b") and (IsComplete "c"))', both(A, B, C)),
    (
        '(RowCount > 0) or ((IsComplete "a") and ((IsComplete "b") or (IsComplete "c"))) or (IsComplete "d")',
        either(NOT_EMPTY, both(A, either(B, C)), D),
    ),
    ('(((IsComplete "a")))', A),
    (
        '((IsComplete "a") and (IsComplete "b")) labels = ["k"="v"]',
        Rule("Composite", operator="and", parts=(A, B), labels=(("k", "v"),)),
    ),
    ('(IsComplete "a") labels = ["k"="v"]', Rule("IsComplete", ("a",), labels=(("k", "v"),))),
    (
        '(RowCount between 1 and 5) and (ColumnValues "a" between "2024-01-01" and "2024-02-01")',
        both(
            Rule("RowCount", condition=numbers("between", "1", "5")),
            Rule("ColumnValues", ("a",), texts("between", "2024-01-01", "2024-02-01")),
        ),
    ),
    (
        'ColumnValues "a" between "2024-01-01" and "2024-02-01" and IsComplete "b"',
        both(Rule("ColumnValues", ("a",), texts("between", "2024-01-01", "2024-02-01")), B),
    ),
    (
        'IsComplete "a" where "x" and ColumnValues "b" = "y" with threshold > 0.5 or IsComplete "c"',
        either(
            both(
                Rule("IsComplete", ("a",), where="x"),
                Rule("ColumnValues", ("b",), texts("=", "y"), threshold=numbers(">", "0.5")),
            ),
            C,
        ),
    ),
]
