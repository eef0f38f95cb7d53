"""What stands around rules: sections, labels, constants, analyzers; and where everything stands."""

from __future__ import annotations

from quality.dqdl import Analyzer, Rule, Ruleset, parse, to_text
from quality.dqdl.composites import can_judge_rows, composite_problems
from quality.dqdl.history import runs_needed
from quality.dqdl.model import DataSources
from quality.measures import queries
from tests.unit.quality.corpus.making import (
    NULL,
    either,
    numbers,
    text,
    texts,
    than,
)
from tests.unit.quality.refused import problems

WHOLE = """\
Metadata = { "Version": "1.0" }
DataSources = { "Primary": "orders", "AdditionalDataSources": [ "ref", "old" ] }
# constants
codes = ["a", "b", NULL]
mySql = "select count(*) from primary"
DefaultLabels = ["frequency"="monthly", "team" = "hr"]
Rules = [
    ColumnValues "x" in $codes,            # a list
    ColumnValues "x" not in ["c", $one],
    CustomSql $mySql between 0 and 100 labels = ["frequency"="daily"],
    CustomSql "$mySql" = 0
]
Analyzers = [ RowCount, Completeness of "col-A", AllStatistics of AllColumns,
              Distribution "age" with bins = 10, rebin = false, CustomSql $mySql ]
""".replace("mySql =", 'one = "d"\nmySql =', 1)

SQL = "select count(*) from primary"


def test_a_whole_document() -> None:
    assert parse(WHOLE) == Ruleset(
        rules=(
            Rule("ColumnValues", ("x",), than("in", text("a"), text("b"), NULL)),
            Rule("ColumnValues", ("x",), texts("not in", "c", "d")),
            Rule("CustomSql", (SQL,), numbers("between", "0", "100"), labels=(("frequency", "daily"),)),
            Rule("CustomSql", ("$mySql",), numbers("=", "0")),
        ),
        analyzers=(
            Analyzer("RowCount"),
            Analyzer("Completeness", ("col-A",)),
            Analyzer("AllStatistics", ("AllColumns",)),
            Analyzer("Distribution", ("age",), (("bins", "10"), ("rebin", "false"))),
            Analyzer("CustomSql", (SQL,)),
        ),
        default_labels=(("frequency", "monthly"), ("team", "hr")),
        sources=DataSources("orders", ("ref", "old")),
        version="1.0",
    )
    assert parse(to_text(parse(WHOLE))) == parse(WHOLE)


def test_labels_of_a_rule_win_over_the_default_ones() -> None:
    ruleset = parse(WHOLE)
    assert ruleset.labels_of(ruleset.rules[0]) == {"frequency": "monthly", "team": "hr"}
    assert ruleset.labels_of(ruleset.rules[2]) == {"frequency": "daily", "team": "hr"}


def test_analyzers_alone_are_a_document() -> None:
    expected = Ruleset(analyzers=(Analyzer("RowCount"),))
    assert parse("Analyzers = [ RowCount ]") == parse("Rules = [] Analyzers = [ RowCount ]") == expected
    assert [problem.message for problem in problems("Analyzers = [ RowCount ]")] == [
        "Analyzers: RowCount is not supported by the deequ engine"
    ]
    assert problems("Rules = [ RowCount > 0 ] Analyzers = []") == []
    assert problems("Analyzers = [ RowCount, AllStatistics AllColumns ]", "auto") == []


def test_analyzers_stand_behind_the_rules_and_judge_nothing() -> None:
    text = 'Rules = [ Mean "a" > 1, IsComplete "b" ] Analyzers = [ Mean "a", Mean "a", ColumnValues "b" ]'
    rules = parse(text).with_analyzers().rules
    assert [(rule.text, rule.measures, rule.row_level) for rule in rules] == [
        ('Mean "a" > 1', False, False),
        ('IsComplete "b"', False, True),
        ('Mean "a"', True, False),
        ('ColumnValues "b"', True, False),
    ]


def test_everything_knows_where_it_stands() -> None:
    text = (
        'Rules = [\n  RowCount > 1,\n  ColumnValues "a" not in [1,\n   avg(last(2)) + 3] where "x"\n'
        '    with threshold between 0.1 and\n 0.2 with timeZone = "UTC" labels = ["k"="v"] ]'
    )
    rule = parse(text.replace("avg(last(2)) + 3", "22")).rules[1]
    assert rule.condition is not None
    assert rule.threshold is not None
    assert (rule.line, rule.column) == (3, 3)
    assert rule.places == ((3, 16),)
    assert (rule.condition.line, rule.condition.column) == (3, 20)
    assert [(one.line, one.column) for one in rule.condition.operands] == [(3, 28), (4, 4)]
    assert rule.where_at == (4, 14)
    assert (rule.threshold.line, rule.threshold.column) == (5, 20)
    assert [(one.line, one.column) for one in rule.threshold.operands] == [(5, 28), (6, 2)]
    assert (rule.tags[0].line, rule.tags[0].column) == (6, 11)
    assert rule.labels_at == (6, 28)


def test_values_inside_functions_know_where_they_stand() -> None:
    condition = parse("Rules = [ RowCount > avg(last(10)) * 2 ]").rules[0].condition
    assert condition is not None
    places = [(one.text, one.column) for one in condition.operands[0].walk()]
    assert places == [
        ("avg(last(10)) * 2", 22),
        ("avg(last(10))", 22),
        ("last(10)", 26),
        ("10", 31),
        ("2", 38),
    ]
    assert runs_needed(condition.operands[0]) == 10


def test_how_many_runs_a_rule_looks_back_on() -> None:
    texts = {"last()": 1, "index(last(10), 2) + std(last(5))": 10, "7": 0}
    found = {}
    for written in texts:
        condition = parse(f"Rules = [ RowCount > {written} ]").rules[0].condition
        assert condition is not None
        found[written] = runs_needed(condition.operands[0])
    assert found == texts


def test_columns_of_rules_about_other_data() -> None:
    rules = {
        'ReferentialIntegrity "a, b" "ref.{x,y}" = 1': ("a", "b"),
        'DatasetMatch "ref" "k->l, m" "n->o" > 0.5': ("k", "m", "n"),
        'DetectAnomalies "ColumnCorrelation" "a" "b"': ("a", "b"),
        'DetectAnomalies "CustomSql" "select 1"': (),
        'AggregateMatch "sum(a)" "sum(ref.b)" = 1': ("a",),
        'AggregateMatch "sum(db.ref.a)" "SUM(primary.b)" = 1': ("b",),
    }
    assert {text: parse(f"Rules = [ {text} ]").rules[0].columns for text in rules} == rules


def test_what_rules_name_of_other_datasets() -> None:
    rules = {
        'ReferentialIntegrity "a, b" "ref.{x, y}" = 1': [("ref", ("x", "y"), 1)],
        'ReferentialIntegrity "a" "db.ref.x" = 1': [("db.ref", ("x",), 1)],
        'DatasetMatch "ref" "k->l, m" "n->o" > 0.5': [
            ("ref", (), 0),
            ("ref", ("l", "m"), 1),
            ("ref", ("o",), 2),
        ],
        'SchemaMatch "ref" = 1': [("ref", (), 0)],
        'RowCountMatch "ref" = 1': [("ref", (), 0)],
        'AggregateMatch "avg(a)" "sum(ref.b)" = 1': [("ref", ("b",), 1)],
        'IsComplete "a"': [],
        'CustomSql "select count(*) from ref" = 1': [],
    }
    found = {text: parse(f"Rules = [ {text} ]").rules[0].elsewhere() for text in rules}
    assert {
        text: [(one.dataset, one.columns, one.index) for one in named] for text, named in found.items()
    } == rules


def test_which_rules_may_be_judged_row_by_row() -> None:
    rules = {
        'IsComplete "a"': True,
        'ColumnValues "a" > 1': True,
        'ColumnValues "a" > 1 with threshold > 0.5': False,
        'CustomSql "select a from primary"': True,
        'CustomSql "select a from primary" with threshold > 0.5': False,
        'Completeness "a" > 0.5': False,
        'Uniqueness "a" > 0.5': False,
        'ReferentialIntegrity "a" "b.a" = 1': False,
        'DatasetMatch "b" "a" = 1': False,
    }
    assert {text: can_judge_rows(parse(f"Rules = [ {text} ]").rules[0]) for text in rules} == rules


def test_composites_row_by_row() -> None:
    ruleset = parse(
        'Rules = [ (IsComplete "a") or (Completeness "b" > 0.5), Completeness "c" > 0.5,\n'
        ' (IsComplete "a") and ((IsUnique "b") or (RowCount > 0)) ]'
    )
    (first,) = composite_problems(ruleset)
    assert (first.line, first.column) == (1, 32)
    assert "Completeness judges the whole dataset" in first.message


def test_labels_keep_composites_apart() -> None:
    parts = (Rule("IsComplete", ("a",)), Rule("IsComplete", ("b",)))
    text = '((IsComplete "a") or (IsComplete "b")) labels = ["k" = "v"]'
    labelled = Rule("Composite", operator="or", parts=parts, labels=(("k", "v"),))
    assert parse(f'Rules = [ {text}, (IsComplete "a") or (IsComplete "b") ]').rules == (
        labelled,
        either(*parts),
    )


def test_no_text_leaves_anything_behind_for_the_next() -> None:
    parse('x = "a" DefaultLabels = ["k"="v"] Rules = [ ColumnValues "a" = $x ]')
    (problem,) = problems('Rules = [ ColumnValues "a" = $x ]')
    assert problem.message == "unknown constant $x"
    assert parse("Rules = [ RowCount > 0 ]").default_labels == ()


def test_which_rulesets_ask_by_sql() -> None:
    asking = [
        'Rules = [ CustomSql "select 1" > 0 ]',
        'Rules = [ (RowCount > 0) or (CustomSql "select 1" > 0) ]',
        'Rules = [ DetectAnomalies "CustomSQL" "select 1" ]',
        'Analyzers = [ CustomSql "select 1" ]',
    ]
    assert [queries(parse(text).with_analyzers()) for text in asking] == [True] * 4
    assert not queries(parse('Rules = [ RowCountMatch "other" > 0, IsComplete "CustomSql" ]'))
