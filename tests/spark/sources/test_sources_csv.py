"""CSV against Python's csv module, which reads RFC 4180 independently of Spark and of Strata."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from source_files import in_order, problems, read, table, tiny_splits, values

from etl_core.errors import SourceError
from etl_core.names import EPOCH, PHASE, PROBLEM, ROW, SOURCE_FILE

ABC = table("a, b, c")
# csv.writer cannot write NULL and '' apart; a cell is written by hand
Cell = str | None
_TEXT = st.text(
    st.one_of(
        st.sampled_from("\",;|\t '\\aé中😀"), st.characters(codec="utf-8", exclude_characters="\r\n\x00")
    ),
    max_size=6,
)
_LINES = st.text(st.sampled_from('",\n a'), max_size=6)


def _cell(cell: Cell, delimiter: str) -> str:
    if cell is None:
        return ""
    plain = cell and not any(char in cell for char in f'"\r\n{delimiter}') and cell == cell.strip()
    return cell if plain else '"' + cell.replace('"', '""') + '"'


def _csv(rows: list[list[Cell]], delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(_cell(cell, delimiter) for cell in row) + end for row in rows)


def _write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def _oracle(text: str, delimiter: str = ",") -> list[tuple[str, ...]]:
    """What Python reads: it gives '' for both kinds of nothing."""
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.one_of(st.none(), _TEXT), min_size=3, max_size=3), min_size=15, max_size=60),
    st.sampled_from([",", ";", "|", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_comes_back(
    spark: SparkSession, tmp_path: Path, rows: list[list[Cell]], delimiter: str, end: str
) -> None:
    rows = [row for row in rows if row != [None] * 3]  # ",," is a row of NULLs, read below
    text = _csv([["a", "b", "c"], *rows], delimiter, end)
    path = _write(tmp_path / "in" / "f.csv", text)

    got = read(spark, path, ABC, delimiter=delimiter)

    assert values(got) == [tuple(row) for row in rows]
    assert [tuple(cell or "" for cell in row) for row in values(got)] == _oracle(text, delimiter)[1:]
    assert all(problem is None for problem, _ in problems(got))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.one_of(st.none(), _LINES), min_size=2, max_size=2), min_size=10, max_size=30))
def test_newlines_inside_quotes_come_back(
    spark: SparkSession, tmp_path: Path, rows: list[list[Cell]]
) -> None:
    text = _csv([["a", "b"], *rows])
    path = _write(tmp_path / "in" / "f.csv", text)

    got = read(spark, path, table("a, b"), multi_line=True)

    assert values(got) == [tuple(row) for row in rows]
    assert all(problem is None for problem, _ in problems(got))


@pytest.mark.parametrize("multi_line", [False, True])
def test_nothing_and_the_empty_text_are_two_things(
    spark: SparkSession, tmp_path: Path, multi_line: bool
) -> None:
    path = _write(tmp_path / "f.csv", 'a,b,c\n,"",x\n"",,"x"\n,,\n')

    assert values(read(spark, path, ABC, multi_line=multi_line)) == [
        (None, "", "x"),
        ("", None, "x"),
        (None, None, None),
    ]


@pytest.mark.parametrize("multi_line", [False, True])
def test_another_spelling_of_null(spark: SparkSession, tmp_path: Path, multi_line: bool) -> None:
    path = _write(tmp_path / "f.csv", 'a,b,c\nNULL,,""\nnull,NULLS,"a,b"\n')

    assert values(read(spark, path, ABC, null_value="NULL", multi_line=multi_line)) == [
        (None, None, ""),
        ("null", "NULLS", "a,b"),
    ]


def test_the_quote_can_be_another_character(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", "a,b,c\n'x,y','it''s','\"'\n")

    assert values(read(spark, path, ABC, quote="'")) == [("x,y", "it's", '"')]


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\r\n1,2,3\r\n\r\n4,5,6\r\n",
        "a,b,c\n1,2,3\n   \n\n4,5,6",
        "\n\na,b,c\n1,2,3\n4,5,6\n\n\n",
        "\ufeffa,b,c\n1,2,3\n4,5,6",
    ],
    ids=["crlf", "no newline at the end", "blank lines", "byte order mark"],
)
def test_line_ends_blank_lines_and_byte_order_marks(spark: SparkSession, tmp_path: Path, text: str) -> None:
    path = _write(tmp_path / "f.csv", text)

    assert values(read(spark, path, ABC)) == [("1", "2", "3"), ("4", "5", "6")]


def test_a_byte_order_mark_before_data(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", "\ufeff1,2,3\n")

    assert values(read(spark, path, ABC, header=False)) == [("1", "2", "3")]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-16LE"])
def test_other_encodings(spark: SparkSession, tmp_path: Path, encoding: str) -> None:
    path = _write(tmp_path / "f.csv", 'é,b,c\nÀ,"ü,",ß\n', encoding)

    rows = read(spark, path, table("é, b, c"), encoding=encoding)

    assert rows.columns[:3] == ["é", "b", "c"]
    assert values(rows) == [("À", "ü,", "ß")]


def test_an_unknown_encoding_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", "a,b,c\n")

    with pytest.raises(SourceError, match="UTF-99"):
        read(spark, path, ABC, encoding="UTF-99")


def test_compressed_files(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(b"a,b,c\n1,2,3\n"))

    assert values(read(spark, tmp_path, ABC)) == [("1", "2", "3")]


def test_a_damaged_compressed_file_is_named(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "f.csv.gz").write_bytes(b"a,b,c\n1,2,3\n")

    with pytest.raises(SourceError, match=r"f\.csv\.gz"):
        read(spark, tmp_path, ABC)


def test_a_torn_row_is_told_and_the_rest_goes_on(spark: SparkSession, tmp_path: Path) -> None:
    lines = ["1,2,3", "1,2", "1,2,3,4", "only", '1,"open,3', '1,2,"open', '1,"a"b,c', '1,a"b",c', '7,"8",9']
    path = _write(tmp_path / "f.csv", "a,b,c\n" + "\n".join(lines) + "\n")

    rows = read(spark, path, ABC)
    told = problems(rows)

    assert [raw for _, raw in told] == [None, *lines[1:8], None]
    assert [text for text, _ in told[1:4]] == [
        "2 fields where 3 are expected",
        "4 fields where 3 are expected",
        "1 field where 3 are expected",
    ]
    assert all("multi_line: true" in (text or "") for text, _ in told[4:6])
    assert [text for text, _ in told[6:8]] == ["a quote stands outside a quoted value"] * 2
    assert values(rows)[0] == ("1", "2", "3")
    assert values(rows)[8] == ("7", "8", "9")


def test_a_newline_inside_quotes_without_multi_line_quarantines_both_halves(
    spark: SparkSession, tmp_path: Path
) -> None:
    path = _write(tmp_path / "f.csv", 'a,b,c\n1,2,"one\ntwo"\n4,5,6\n')

    assert [problem is None for problem, _ in problems(read(spark, path, ABC))] == [False, False, True]


def test_a_torn_row_with_multi_line(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", 'a,b,c\n1,"x\ny",3\n1,2\n4,5,6\n')

    rows = read(spark, path, ABC, multi_line=True)

    assert values(rows)[0] == ("1", "x\ny", "3")
    assert values(rows)[2] == ("4", "5", "6")
    assert [problem for problem, _ in problems(rows)] == [None, "not 3 fields", None]
    assert (problems(rows)[1][1] or "").strip() == "1,2"


@pytest.mark.parametrize("swallowed", ['x,"open', 'x,"open\n4,5,6\n"",7,8\n', 'x,"'])
def test_a_quote_never_closed_with_multi_line(spark: SparkSession, tmp_path: Path, swallowed: str) -> None:
    _write(tmp_path / "1.csv", f'a,b,c\n1,"x\n""y",3\n\n2,{swallowed}')
    _write(tmp_path / "2.csv", 'a,b,c\n1,"x",3\n2,inch",3\n')

    rows = read(spark, tmp_path, ABC, multi_line=True)

    assert [problem is None for problem, _ in problems(rows)] == [True, False, True, True]
    assert "a quote is left open" in (problems(rows)[1][0] or "")
    assert values(rows)[0] == ("1", 'x\n"y', "3")


def test_bytes_of_another_encoding_are_told(spark: SparkSession, tmp_path: Path) -> None:
    lines = ["1,é,3", "2,e,3", '3,"é,",3']
    path = _write(tmp_path / "f.csv", "a,b,c\n" + "\n".join(lines) + "\n", "ISO-8859-1")

    told = problems(read(spark, path, ABC))

    assert [text is None for text, _ in told] == [False, True, False]
    assert "`encoding`" in (told[0][0] or "")


def test_columns_are_unified_by_name_over_files(spark: SparkSession, tmp_path: Path) -> None:
    _write(tmp_path / "1.csv", "a,b\n1,2\n")
    _write(tmp_path / "2.csv", "c, b ,a\n6,5,4\n")
    _write(tmp_path / "3.csv", "A\n7\n")

    rows = read(spark, tmp_path, table("a"))

    assert rows.columns[:3] == ["a", "b", "c"]
    assert values(rows) == [("1", "2", None), ("4", "5", "6"), ("7", None, None)]


def test_a_header_without_a_name_is_called_by_its_position(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", "a,,c,\n1,2,3,4\n")

    assert read(spark, path, ABC).columns[:4] == ["a", "_c1", "c", "_c3"]


@pytest.mark.parametrize("header", ["a,b,a", "a,b,A", "a,_strata_row,c"])
def test_a_header_that_cannot_be_is_refused_with_the_file(
    spark: SparkSession, tmp_path: Path, header: str
) -> None:
    path = _write(tmp_path / "in" / "f.csv", f"{header}\n1,2,3\n")

    with pytest.raises(SourceError, match=r"in/f\.csv has"):
        read(spark, path, ABC)


def test_any_column_name_is_data(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", 'a.b,`x`,"q"" uote",_c9\n1,2,3,4\n')

    rows = read(spark, path, table("a"))

    assert rows.columns[:4] == ["a.b", "`x`", 'q" uote', "_c9"]
    assert [tuple(row)[:4] for row in rows.collect()] == [("1", "2", "3", "4")]


def test_without_a_header_the_contract_names_the_columns(spark: SparkSession, tmp_path: Path) -> None:
    path = _write(tmp_path / "f.csv", "1,2\n3\n")

    rows = read(spark, path, table("a=Alpha, b int"), header=False)

    assert rows.columns[:2] == ["Alpha", "b"]
    assert values(rows)[0] == ("1", "2")
    assert problems(rows)[1] == ("1 field where 2 are expected", "3")


@pytest.mark.parametrize("header", [True, False])
def test_empty_files_have_no_rows(spark: SparkSession, tmp_path: Path, header: bool) -> None:
    _write(tmp_path / "0.csv", "")
    _write(tmp_path / "1.csv", "\n\n")
    _write(tmp_path / "2.csv", "a,b,c\n" if header else "")

    rows = read(spark, tmp_path, ABC, header=header)

    assert rows.columns[:3] == ["a", "b", "c"]
    assert rows.count() == 0


def test_an_empty_file_beside_others_changes_nothing(spark: SparkSession, tmp_path: Path) -> None:
    _write(tmp_path / "0.csv", "")
    _write(tmp_path / "1.csv", "a,b,c\n1,2,3\n")

    assert values(read(spark, tmp_path, ABC)) == [("1", "2", "3")]


def test_names_that_mean_something_to_others(spark: SparkSession, tmp_path: Path) -> None:
    names = sorted(["a b.csv", "x/p+q%20[1].csv", "é#{q}?*.csv", "it's.csv", "back\\slash.csv", "k=v/1.csv"])
    for number, name in enumerate(names):
        _write(tmp_path / name, f"a,b,c\n{number},2,3\n")

    rows = in_order(read(spark, tmp_path, ABC))

    assert [(row[SOURCE_FILE], row["a"]) for row in rows] == [
        (name, str(number)) for number, name in enumerate(names)
    ]
    assert {(row[EPOCH], row[PHASE]) for row in rows} == {(0, 0)}


@pytest.mark.parametrize("header", [True, False])
def test_row_positions_grow_and_are_the_same_on_every_read(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: bool
) -> None:
    lines = [f'{n},"{"x" * (n % 7)}",{n * n}' for n in range(200)]
    for name in ("1.csv", "2.csv"):
        _write(tmp_path / name, "\n".join((["a,b,c"] if header else []) + lines))
    tiny_splits(monkeypatch, 64)

    first = read(spark, tmp_path, ABC, header=header)
    rows, again = in_order(first), in_order(read(spark, tmp_path, ABC, header=header))

    assert first.rdd.getNumPartitions() > 50
    assert rows == again
    assert [row["a"] for row in rows] == [str(n) for n in range(200)] * 2
    assert [row[PROBLEM] for row in rows] == [None] * 400
    assert len({(row[SOURCE_FILE], row[ROW]) for row in rows}) == 400


def test_no_setting_changes_row_positions_and_positions_change_no_setting(
    spark: SparkSession, tmp_path: Path
) -> None:
    for name in "abcdefgh":
        _write(tmp_path / f"{name}.csv", "a,b,c\n" + "1,2,3\n" * 50)
    session = spark.newSession()
    session.conf.set("spark.sql.files.maxPartitionBytes", "64")

    of_files = read(spark, tmp_path, ABC)
    assert in_order(read(session, tmp_path, ABC)) == in_order(of_files)
    assert of_files.rdd.getNumPartitions() == 8
    assert spark.read.text(str(tmp_path)).rdd.getNumPartitions() < 8


def test_a_path_that_is_removed_before_the_read_is_named(spark: SparkSession, tmp_path: Path) -> None:
    from etl_core.config.models.source import ResolvedSource
    from etl_core.sources.files import Files

    path = _write(tmp_path / "f.csv", "a,b,c\n")
    source = ResolvedSource(path=str(tmp_path))
    files = Files().discover(source, None).files
    path.unlink()

    with pytest.raises(SourceError, match=r"f\.csv"):
        Files().read(spark, source, ABC, files)
