"""Rulesets of a contract: what is wrong, in the file's own lines, with a caret under it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest
from typer.testing import CliRunner

from etl_core.cli.main import app
from tests.unit.config.small_project import DAILY, LOCAL, ORDERS, edited, problems, write

CARET = "‸"
# raw.orders has id int, amount decimal(10,2), at timestamp


def with_quality(settings: str) -> dict[str, str | None]:
    return edited(ORDERS, "columns:", f"quality:\n{indent(dedent(settings), '  ')}columns:")


def place(text: str) -> tuple[int, int]:
    before = text.partition(CARET)[0]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(
    ("rules", "message", "hint"),
    [
        ('IsComplete "id",\n RowCount > ‸]', "unexpected ']'", "a value"),
        ('IsComplete "id",\n ‸IsComplet "id" ]', "unknown rule type 'IsComplet'", "'IsComplete'"),
        ('IsPrimaryKey "id" ‸"amout" ]', "no declared column `amout`", "did you mean `amount`?"),
        ('(RowCount > 0) or (IsUnique ‸"idd") ]', "no declared column `idd`", "did you mean `id`?"),
        ('ColumnValues "id" in [1,\n   ‸"x"] ]', "different kinds", "one kind"),
        ('ColumnValues "id" in [‸"x"] ]', '"x" does not fit the column: `id` is int', "without quotes"),
        ('ColumnValues "at" > ‸3 ]', "`at` is timestamp", '"2024-12-31"'),
        ('ColumnLength ‸"amount" > 3 ]', "`amount` is decimal(10,2)", "type text"),
        ('Completeness "id" > ‸95 ]', "never 95", "0.95"),
        ('ColumnValues "id" > 1 with threshold > ‸95 ]', "between 0 and 1, not 95", "0.95"),
        ('DetectAnomalies "Mean" ‸"at" ]', "does not fit the column: `at` is timestamp", "type number"),
        ("‸FileSize > 5 MB ]", "rule type FileSize is not supported by any rule engine", "files"),
        ('RowCount > 0 ] Analyzers = [ ‸Distribution "id" ]', "Distribution is not supported", "profile"),
        ('RowCount > 0 ] Analyzers = [ Mean ‸"at" ]', "Mean does not fit the column", "type number"),
    ],
)
@pytest.mark.parametrize("key", ["rules", "table_rules"])
def test_a_mistake_stands_in_the_line_and_column_of_the_file(
    tmp_path: Path, key: str, rules: str, message: str, hint: str
) -> None:
    text = f"Rules = [ # with ‹é›\n {rules}"
    written = text.replace(CARET, "")
    changes = with_quality(f"{key}: |\n{indent(written, '    ')}\n")
    content = changes[ORDERS]
    assert content is not None
    first = content[: content.index("Rules = [")].count("\n") + 1
    line, column = place(text)
    (problem,) = problems(tmp_path, changes)
    assert (problem.file, problem.line, problem.column) == (ORDERS, first + line - 1, column + 6)
    assert message in problem.message
    assert hint in problem.hint


def test_the_caret_is_under_the_word_and_the_exit_code_is_2(tmp_path: Path) -> None:
    changes = with_quality('rules: |\n  Rules = [\n    ColumnValues "id" in [1, 2],\n    Mean "at" > 3 ]\n')
    done = CliRunner().invoke(app, ["validate", "--project", str(write(tmp_path, changes))])
    assert done.exit_code == 2
    assert done.stdout == (
        f"{ORDERS}\n"
        " 10:12  Mean does not fit the column: `at` is timestamp\n"
        '      |       Mean "at" > 3 ]\n'
        "      |            ^\n"
        "        it takes columns of type number\n"
        "\n"
        "2 tables, 1 problem\n"
    )


def test_a_rule_that_no_engine_takes_is_still_held_against_the_columns(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        with_quality(
            """\
            rules: |
              Rules = [ FileSize > 5 B, ReferentialIntegrity "id,amout" "ref.{a,b}" = 1.0, Variance "at" > 1 ]
              Analyzers = [ Mean "amout", Completeness "id", AllStatistics AllColumns ]
            """
        ),
    )
    assert [(problem.line, problem.column, problem.message) for problem in found] == [
        (8, 15, "rule type FileSize is not supported by any rule engine"),
        (8, 52, "ReferentialIntegrity: no declared column `amout`"),
        (8, 63, "there is no reference `ref`"),
        (8, 91, "Variance does not fit the column: `at` is timestamp"),
        (9, 24, "Mean: no declared column `amout`"),
    ]


def test_composites_row_by_row_are_refused_where_there_are_composites(tmp_path: Path) -> None:
    composite = 'rules: \'Rules = [ (IsComplete "id") or (Completeness "at" > 0.5) ]\'\n'
    assert problems(tmp_path, with_quality(composite)) == []
    (problem,) = problems(tmp_path, with_quality(f"composites: row\n{composite}"))
    assert (problem.line, problem.column) == (8, 43)
    assert "Completeness judges the whole dataset" in problem.message
    simple = "composites: row\nrules: 'Rules = [ RowCount > 0 ]'\n"
    assert problems(tmp_path, with_quality(simple)) == []


def test_what_glue_does_not_take_is_refused_where_it_stands(tmp_path: Path) -> None:
    rules = ["Rules = [ RowCount > avg(last(3)),", '  DetectAnomalies "RowCount", IsUnique "id" "amount" ]']
    text = "".join(f"    {line}\n" for line in rules)
    changes = with_quality(f"rules: |\n{text}") | {
        LOCAL: "profile: glue-5.1\nwarehouse: w\nrule_engine: glue\n"
    }
    content = changes[ORDERS]
    assert content is not None
    second = content[: content.index("  DetectAnomalies")].count("\n") + 1
    found = [(one.line, one.column, one.message) for one in problems(tmp_path, changes)]
    columns = [content.splitlines()[second - 1].index(word) + 1 for word in ("DetectAnomalies", "IsUnique")]
    assert found == [
        (second, columns[0], "rule type DetectAnomalies is not supported by the glue engine"),
        (second, columns[1], "IsUnique of several columns is not supported by the glue engine"),
    ]


def test_without_declared_columns_nothing_is_said_of_types(tmp_path: Path) -> None:
    more = "quality: {rules: 'Rules = [ Mean \"whatever\" > 1 ]'}\n"
    assert problems(tmp_path, edited(DAILY, "target:", more + "target:")) == []


def test_a_column_of_a_wrong_type_is_one_problem(tmp_path: Path) -> None:
    changes = with_quality("rules: 'Rules = [ Mean \"at\" > 1 ]'\n")
    content = changes[ORDERS]
    assert content is not None
    (problem,) = problems(tmp_path, {ORDERS: content.replace("timestamp", "timestampp")})
    assert "timestampp" in problem.message
