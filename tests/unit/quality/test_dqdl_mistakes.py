"""Broken rulesets: each with its message, and the caret where ‸ stands in its text."""

from __future__ import annotations

import pytest

from quality.dqdl import DqdlError, parse
from tests.unit.quality.refused import problems

CARET = "‸"

SYNTAX = [  # text, part of the message, part of the hint
    ("‸", "no rules", "Rules = ["),
    ("‸Rules = []", "empty", "Rules = ["),
    ("‸Rules = [] Analyzers = []", "empty", ""),
    ('‸Metadata = { "Version": "1.0" }', "no rules", ""),
    ("rules = [ RowCount ‸> 0 ]", "'>'", "Rules = ["),
    ('IsComplete ‸"a"', "'\"a\"'", "Rules = ["),
    ('Rules = [ IsComplete "a"‸', "ends too early", "close the list"),
    ('Rules = [\n  IsComplete "a",\n‸]', "']'", "remove the comma"),
    ("Rules = [ IsComplete ‸'a' ]", "", "double quotes"),
    ('Rules = [ IsComplete ‸"a ]', "not closed", "close it"),
    ("Rules = [ RowCount =‸= 3 ]", "'='", "comparisons are"),
    ("Rules = [ RowCount > ‸]", "']'", "a number"),
    ("Rules = [ RowCount ‸3 ]", "'3'", "a comparison"),
    ("Rules = [ RowCount > 1‸/0 ]", "division by zero", ""),
    ("Rules = [ RowCount > 1 + 2 ‸* 3 ]", "'*'", "brackets"),
    ("Rules = [ RowCount > 1 + ‸5 days ]", "`5 days` is no number", "expected a number"),
    ("Rules = [ RowCount > ‸-avg(last(3)) ]", "before what is no number", "0 -"),
    ("Rules = [ RowCount between 1 ‸3 ]", "'3'", "and"),
    ("Rules = [ RowCount not ‸> 3 ]", "'>'", "between"),
    ('Rules = [ (IsComplete "a" or (RowCount > 1) ‸]', "']'", ""),
    ('Rules = [ IsComplete "a") ‸]'.replace(") ‸", "‸) "), "')'", "expected"),
    ('Rules = [ ColumnValues "a" in ‸"x" ]', "'\"x\"'", "`[`"),
    ('Rules = [ ColumnValues "a" in [‸] ]', "']'", "a value"),
    ('Rules = [ ColumnValues "a" matches ‸/ab+c/i ]', "'/'", 'in "double quotes", without slashes'),
    ("Rules = [ ‸// every day\n RowCount > 0 ]", "'/'", "a comment begins with #"),
    ('Rules = [ IsComplete "a" where ‸id ]', "'id'", 'a text in "double quotes"'),
    ('Rules = [ IsComplete "a" where ‸" " ]', "`where` is empty", "where"),
    ('Rules = [ ColumnValues "a" > 1 with ‸]', "']'", "a name"),
    ('Rules = [ ColumnValues "a" > 1 with threshold ‸]', "']'", "a comparison"),
    ('Rules = [ ColumnValues "a" > ‸now() + 1 hours ]'.replace("‸now() +", "now() ‸+"), "'+'", ""),
    ('Rules = [ ColumnValues "a" = (now() - 3 ‸weeks) ]'.replace("3 ‸", "‸3 "), "'3'", "24 hours"),
    ('Rules = [ ‸11ColumnValues "a" > 1 ]', "'11'", "a name"),
    ("Rules = [ RowCount > 0 ]\nRules ‸]", "']'", "`=`"),
    ("Rules = ‸{ RowCount > 0 }", "'{'", "`[`"),
    # around the rules
    ("Rules = [ RowCount > 0 ] ‸Rules = [ RowCount > 0 ]", "Rules stands twice", "merge"),
    ('Rules = [ RowCount > 0 ] ‸DefaultLabels = ["a"="b"]', "must stand before Rules", "the order is"),
    ('Rules = [ RowCount > 0 ] ‸x = "a"', "constants must stand before Rules", "the order is"),
    ('Metadata = { ‸"Versio": "1" } Rules = [ RowCount > 0 ]', 'Metadata has no "Versio"', "Version"),
    ('‸Metadata = { "Version": ["1"] } Rules = [ RowCount > 0 ]', "one text", "Metadata ="),
    ("‸DataSources = { } Rules = [ RowCount > 0 ]", "DataSources is empty", "Primary"),
    ('‸DataSources = { "AdditionalDataSources": "a" } Rules = [ RowCount > 0 ]', "a list of texts", ""),
    ("‸DefaultLabels = [] Rules = [ RowCount > 0 ]", "labels is empty", "team"),
    # labels
    ('Rules = [ IsComplete "a" ‸labels = [] ]', "labels is empty", "team"),
    ('Rules = [ IsComplete "a" labels = [‸k = v] ]', "'k'", 'a text in "double quotes"'),
    ('Rules = [ IsComplete "a" labels = ["k"="v", ‸"k"="w"] ]', 'a second label "k"', "unique"),
    ('Rules = [ IsComplete "a" labels = ["k"=‸""] ]', "is empty", "fill"),
    ('Rules = [ IsComplete "a" labels = [‸"' + "k" * 129 + '"="v"] ]', "more than 128", "shorten"),
    ('Rules = [ IsComplete "a" labels = ["k"=‸"' + "v" * 257 + '"] ]', "more than 256", "shorten"),
    ('Rules = [ IsComplete "a" labels=["k"="v"] ‸labels=["l"="v"] ]', "a second list of labels", "keep one"),
    ('Rules = [ (IsComplete "a" labels=["k"="v"]) ‸labels=["l"="v"] ]', "a second list of labels", ""),
    ('Rules = [ ColumnValues "a" > 1 with threshold > 0.5 with ‸threshold > 0.6 ]', "a second threshold", ""),
    # constants
    ('Rules = [ ColumnValues "a" in ‸$x ]', "unknown constant $x", ""),
    ('Rules = [ ColumnValues "a" > 1 with threshold > ‸$x ]', "unknown constant $x", ""),
    ("Rules = [ FileSize > 1 KB with failFast = ‸$x ]", "unknown constant $x", ""),
    ("Rules = [ RowCount > 0 ] Analyzers = [ Mean ‸$x ]", "unknown constant $x", ""),
    ('codes = ["a"] Rules = [ ColumnValues "a" in ‸$code ]', "unknown constant $code", "'codes'"),
    ('x = ["a"] Rules = [ ColumnValues "a" = ‸$x ]', "not with the list $x", "`in`"),
    ('x = ["a"] Rules = [ CustomSql ‸$x > 0 ]', "$x is a list", "without [ ]"),
    ('x = "a" ‸x = "b" Rules = [ RowCount > 0 ]', "x is defined twice", "rename"),
    ('x = "a" y = [‸$x] Rules = [ RowCount > 0 ]', "not made of others", "the text itself"),
    ('y = ‸"$x" Rules = [ RowCount > 0 ]', "not made of others", "the text itself"),
    ('‸_x = "a" Rules = [ RowCount > 0 ]', "begins with _", "letter"),
    ("x = ‸100 Rules = [ RowCount > 0 ]", "'100'", 'a text in "double quotes"'),
    ('x = "5" Rules = [ RowCount > ‸$x ]'.replace("‸$x", "1 + ‸$x"), "'$x'", "a number"),
    ('Rules = [ ColumnValues "a" matches ‸$x ]', "'$x'", 'a text in "double quotes"'),
]

LANGUAGE = [
    ("Rules = [\n # fine\n ‸RowCout > 1 ]", "unknown rule type 'RowCout'", "'RowCount'"),
    ('Rules = [ ‸iscomplete "a" ]', "unknown rule type", "'IsComplete'"),
    ('Rules = [ ‸AllStatistics "a" ]', "unknown rule type", "Analyzers = ["),
    ('Rules = [ IsComplete "a" ‸IsUnique "b" ]', "runs into IsUnique", "comma before IsUnique"),
    ("Rules = [ ‸IsComplete ]", "takes 1 column, not 0", 'IsComplete "name"'),
    ('Rules = [ Mean "a" ‸"b" > 3 ]', "takes 1 column, not 2", 'Mean "name" > 0'),
    ('Rules = [ RowCount ‸"a" > 3 ]', "takes 0 parameters, not 1", "remove"),
    ('Rules = [ ‸ReferentialIntegrity "a" = 1 ]', "takes 2 parameters, not 1", ""),
    ('Rules = [ ReferentialIntegrity "a,b" ‸"r.{x}" = 1 ]', "2 and 1 columns", "as many in both"),
    ('Rules = [ ReferentialIntegrity ‸"a," "r.{x,y}" = 1 ]', "does not name columns", "city,state"),
    ('Rules = [ ReferentialIntegrity "a" ‸"r" = 1 ]', "does not name columns of another dataset", "other.{"),
    ('Rules = [ ReferentialIntegrity "a" ‸"r.{}" = 1 ]', "does not name columns of another dataset", ""),
    ('Rules = [ DatasetMatch "ref" ‸"a->" = 0.9 ]', "'a->' does not name columns", "id->other_id"),
    ('Rules = [ AggregateMatch ‸"max(a)" "sum(r.a)" = 1 ]', "'max(a)' is no aggregate", "sum(other.amount)"),
    ('Rules = [ ‸DatasetMatch "ref" = 0.9 ]', "takes 2 to 3 parameters, not 1", ""),
    ('Rules = [ IsComplete ‸"" ]', "names nothing", 'IsComplete "name"'),
    ("Rules = [ ‸RowCount ]", "needs a condition", "RowCount > 0"),
    ('Rules = [ ‸FileMatch "s3://a/" ]', "needs a condition", 'in ["a", "b"]'),
    ('Rules = [ FileMatch "s3://a/" "s3://b/" ‸in ["x"] ]', "takes no condition", "remove"),
    ('Rules = [ IsComplete "a" ‸> 3 ]', "takes no condition", "remove `> 3`"),
    ('Rules = [ Mean "a" > ‸"x" ]', "cannot be compared with a string", 'Mean "name" > 0'),
    ('Rules = [ Mean "a" = ‸NULL ]', "cannot be compared with a null", ""),
    ('Rules = [ DataFreshness "a" > ‸3 ]', "cannot be compared with a number", "24 hours"),
    ("Rules = [ FileFreshness > ‸24 hours ]", "cannot be compared with a duration", "now()"),
    ("Rules = [ FileSize > ‸5 days ]", "cannot be compared with a duration", "5 MB"),
    ("Rules = [ FileSize > ‸1.5 ]", "1.5 bytes are no whole number", "5 MB"),
    ('Rules = [ ColumnDataType "a" = ‸3 ]', "cannot be compared with a number", "in ["),
    ('Rules = [ ColumnValues "a" in [1, ‸"x"] ]', "different kinds", "one kind"),
    ('Rules = [ ColumnValues "a" between 1 and ‸now() ]', "different kinds", "one kind"),
    ('Rules = [ ColumnValues "a" > ‸"x" ]', "no order", "2024-12-31"),
    ('Rules = [ ColumnValues "a" > ‸NULL ]', "no order", ""),
    ('Rules = [ ColumnValues "a" <= ‸EMPTY ]', "no order", ""),
    ('Rules = [ ColumnValues "a" between 1 and ‸NULL ]', "compares with NULL", "= NULL"),
    ('Rules = [ ColumnValues "a" between 5 and ‸1 ]', "must be greater", "turn the two round"),
    ('Rules = [ ColumnValues "a" between "2024-02-01" and ‸"2024-01-01" ]', "must be greater", ""),
    ('Rules = [ ColumnValues "a" > ‸"2024-02-30" ]', "no day of the calendar", "YEAR-MONTH-DAY"),
    ('Rules = [ Completeness "a" > ‸95 ]', "between 0 and 1, never 95", "0.95"),
    ('Rules = [ ColumnCorrelation "a" "b" > ‸-1.5 ]', "between -1 and 1, never -1.5", ""),
    ('Rules = [ ColumnExists "a" where ‸"b = 1" ]', "takes no `where`", "remove"),
    ('Rules = [ IsComplete "a" with threshold ‸> 0.5 ]', "takes no `with threshold`", "ColumnValues"),
    ('Rules = [ ColumnValues "a" = 1 with threshold ‸= "x" ]', "threshold is a number", "0.95"),
    ('Rules = [ ColumnValues "a" = 1 with threshold > ‸95 ]', "between 0 and 1, not 95", "0.95"),
    ('Rules = [ ColumnValues "a" = 1 with threshold between 0.9 and ‸0.5 ]', "must be greater", ""),
    # tags
    ('Rules = [ ColumnValues "a" = 1 with ‸treshold > 0.5 ]', "takes no `with treshold`", "'threshold'"),
    ("Rules = [ RowCount > 1 with ‸recentFiles = 1 ]", "takes no `with recentFiles`", "remove"),
    ("Rules = [ FileSize > 1 KB with ‸recentFiles = 0 ]", "does not say", "recentFiles = 1"),
    ('Rules = [ FileSize > 1 KB with ‸failFast = "yes" ]', "does not say", '"true"'),
    ("Rules = [ FileSize > 1 KB with ‸recentFiles > 1 ]", "does not say", "recentFiles = 1"),
    ('Rules = [ FileMatch in ["x"] with ‸hashAlgorithm = "MD4" ]', "does not say", "SHA-256"),
    ("Rules = [ FileSize > 1 KB with recentFiles = 1 with ‸recentFiles = 2 ]", "a second", "keep one"),
    (
        'Rules = [ FileSize > 1 KB with recentFiles = 1 with ‸filterOrder = ["uriRegex","recentFiles"] ]',
        "does not order the filters",
        "with both",
    ),
    # history
    ("Rules = [ RowCount > ‸last(5) ]", "a list of results", "avg(last(5))"),
    ("Rules = [ RowCount > 1 + ‸last(5) ]", "a list of results", "avg(last(5))"),
    ("Rules = [ RowCount > avg(‸last(0)) ]", "whole number, at least 1", "last(10)"),
    ("Rules = [ RowCount > avg(‸last(1.5)) ]", "whole number", ""),
    ("Rules = [ RowCount > ‸average(last(5)) ]", "unknown function `average`", "'avg'"),
    ("Rules = [ RowCount > ‸medan(last(5)) ]", "unknown function `medan`", "'median'"),
    ("Rules = [ RowCount > avg(‸5) ]", "taken of earlier results", "avg(last(10))"),
    ("Rules = [ RowCount > ‸avg() ]", "`avg` takes 1 value", "avg(last(10))"),
    ("Rules = [ RowCount > ‸index(last(3)) ]", "`index` takes 2 values", "index(last(10), 0)"),
    ("Rules = [ RowCount > index(last(3), ‸3) ]", "out of range for `index`", "0 to 2"),
    ("Rules = [ RowCount > percentile(last(9), ‸50) ]", "out of range for `percentile`", "0 to 1"),
    ("Rules = [ RowCount > ‸abs(last(2)) ]", "`abs` takes one number", "abs(last())"),
    ('Rules = [ ColumnValues "a" > ‸avg(last(5)) ]', "not compared with earlier results", "a number"),
    # anomalies, analyzers, labels
    ('Rules = [ DetectAnomalies ‸"IsComplete" "a" ]', "does not follow 'IsComplete'", "Completeness"),
    ('Rules = [ DetectAnomalies ‸"Mean" ]', "Mean takes 1 parameter, not 0", "DetectAnomalies"),
    ('Rules = [ RowCount > 0 ] Analyzers = [ ‸IsComplete "a" ]', "is no analyzer", "'Completeness'"),
    ("Rules = [ RowCount > 0 ] Analyzers = [ ‸Foo ]", "unknown analyzer", "valid: "),
    ("Analyzers = [ ‸Mean ]", "takes 1 column, not 0", ""),
    ('Analyzers = [ ‸Mean "a" with bins = 3 ]', "takes no `with bins`", "remove"),
    ('Analyzers = [ ‸Distribution "a" with bins = 30 ]', "from 1 to 20, not 30", ""),
    ('Analyzers = [ ‸Distribution "a" with bins = 3, rebin = maybe ]', "true or false", ""),
    (
        'Rules = [ (IsComplete "a" ‸labels=["k"="v"]) and (RowCount > 0) ]',
        "belong to the whole",
        "((A) and (B)) labels",
    ),
    ('Rules = [ (IsComplete "a") and (RowCount > 0) ‸labels=["k"="v"] ]', "belong to the whole", ""),
    (
        'DefaultLabels = ["z"="z"] Rules = [ RowCount > 0 ‸labels = ['
        + ", ".join(f'"{name}"="v"' for name in "abcdefghij")
        + "] ]",
        "at most 10 labels, not 11",
        "default labels count",
    ),
]


def split(marked: str) -> tuple[str, tuple[int, int]]:
    """The text without its caret, and where that stood: line and column from 1."""
    before, after = marked.split(CARET)
    return before + after, (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize(("marked", "message", "hint"), SYNTAX + LANGUAGE)
def test_a_mistake_has_a_caret_and_a_hint(marked: str, message: str, hint: str) -> None:
    text, place = split(marked)
    with pytest.raises(DqdlError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column) == place
    assert message in error.message
    assert hint in error.hint
    assert str(error) in [str(problem) for problem in problems(text)]


@pytest.mark.parametrize(("marked", "message", "hint"), SYNTAX)
def test_a_syntax_error_is_the_only_problem(marked: str, message: str, hint: str) -> None:
    (problem,) = problems(split(marked)[0])
    assert message in problem.message
    assert hint in problem.hint
