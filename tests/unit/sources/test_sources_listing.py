"""Listing a landing area: names, hidden files, globs, and what is said when it cannot be done."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.sources.listing import Listed, etag_reader, list_files


def _write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def _names(root: Path, pattern: str = "*") -> list[str]:
    return [file.name for file in list_files(ResolvedSource(path=str(root), pattern=pattern))]


def test_files_at_any_depth_in_the_order_of_their_names(tmp_path: Path) -> None:
    _write(tmp_path, "b.csv", "a/z.csv", "a/b/c.csv", "ü [1]*.csv")

    assert _names(tmp_path) == ["a/b/c.csv", "a/z.csv", "b.csv", "ü [1]*.csv"]


def test_hidden_files_and_files_in_hidden_folders_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "_SUCCESS", ".a.csv", "_tmp/a.csv", "x/.git/a.csv", "a.csv._COPYING_", "a_b.c.csv")

    assert _names(tmp_path) == ["a_b.c.csv"]


def test_the_path_itself_may_lie_in_a_hidden_folder(tmp_path: Path) -> None:
    _write(tmp_path / "_landing", "a.csv")

    assert _names(tmp_path / "_landing") == ["a.csv"]


def test_the_pattern_is_a_glob_on_the_file_name_and_has_a_case(tmp_path: Path) -> None:
    _write(tmp_path, "x/LOAD1.csv", "load2.csv", "LOAD3.txt", "LOADx/other.csv")

    assert _names(tmp_path, "LOAD*.csv") == ["x/LOAD1.csv"]


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")

    status = (tmp_path / "a.csv").stat()
    assert list_files(ResolvedSource(path=str(tmp_path))) == [
        Listed(str(tmp_path / "a.csv"), "a.csv", status.st_size, status.st_mtime_ns)
    ]


@pytest.mark.parametrize("prefix", ["", "file://", "file:"])
def test_a_single_file_and_its_uri(tmp_path: Path, prefix: str) -> None:
    _write(tmp_path, "a b.csv", "c.csv")

    listed = list_files(ResolvedSource(path=f"{prefix}{tmp_path}/a b.csv"))

    assert [(file.name, file.path) for file in listed] == [("a b.csv", f"{tmp_path}/a b.csv")]


def test_a_missing_path_names_itself_and_where_it_was_set(tmp_path: Path) -> None:
    source = ResolvedSource(path=str(tmp_path / "none"), path_setting="conf/tables/raw/a.yaml:4")

    with pytest.raises(SourceError) as raised:
        list_files(source)

    assert str(tmp_path / "none") in raised.value.message
    assert "conf/tables/raw/a.yaml:4" in raised.value.hint


def test_a_path_below_a_file_is_missing(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")

    with pytest.raises(SourceError, match=r"a\.csv/deeper"):
        list_files(ResolvedSource(path=str(tmp_path / "a.csv" / "deeper")))


def test_an_unknown_scheme_says_which_there_are() -> None:
    with pytest.raises(SourceError, match="ftp") as raised:
        list_files(ResolvedSource(path="ftp://host/x", path_setting="conf/a.yaml:3"))

    assert "file" in raised.value.hint
    assert "conf/a.yaml:3" in raised.value.hint


def test_the_etag_is_the_digest_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 300_000)
    source = ResolvedSource(path=str(tmp_path))

    etag = etag_reader(source)(list_files(source)[0])

    assert etag == hashlib.sha256(b"x" * 300_000).hexdigest()


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "a.csv")
    source = ResolvedSource(path=str(tmp_path))
    listed = list_files(source)[0]
    (tmp_path / "a.csv").unlink()

    with pytest.raises(SourceError, match=r"a\.csv"):
        etag_reader(source)(listed)
