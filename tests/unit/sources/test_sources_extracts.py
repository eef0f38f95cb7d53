"""Which files are one extract, and which extracts are still to be applied."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl_core.config.models.source import ResolvedSource
from etl_core.sources.extracts import extract_of
from etl_core.sources.files import Files
from etl_core.state.models import FileBookmark

WRITTEN = int(datetime(2024, 6, 1, 23, 30, tzinfo=UTC).timestamp()) * 10**9
GROUPS = r"(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>\d{4})"


@pytest.mark.parametrize(
    ("name", "pattern", "extract"),
    [
        ("products.csv", "", "2024-06-01"),
        ("2024-05-31/part-00001.csv", "", "2024-05-31"),
        ("2024/05/31/part-00001.csv", "", "2024-05-31"),
        ("products_20240531.csv", "", "2024-05-31"),
        ("products_20240531_0001.csv", "", "2024-05-31"),
        ("2024-05-31-0001.csv", "", "2024-05-31"),
        ("products_20240531103059.csv", "", "2024-05-31T10:30:59"),
        ("20240531T1030.csv", "", "2024-05-31T10:30:00"),
        ("2024-05-31T10-30-00Z/all.csv", "", "2024-05-31T10:30:00"),
        ("2024-05-31T00:00:00/all.csv", "", "2024-05-31"),
        ("1202405311/all.csv", "", "2024-06-01"),
        ("20241345/20240102.csv", "", "2024-01-02"),
        ("31.05.2024.csv", GROUPS, "2024-05-31"),
        ("from_20240101_to_20240531.csv", r"to_(\d+)", "2024-05-31"),
        ("from_20240101_to_20240531.csv", r"to_\d+", "2024-05-31"),
        ("products.csv", r"to_(\d+)", ""),
        ("to_99999999.csv", r"to_(\d+)", ""),
        ("41.05.2024.csv", GROUPS, ""),
    ],
)
def test_the_date_of_an_extract(name: str, pattern: str, extract: str) -> None:
    assert extract_of(name, WRITTEN, pattern) == extract


def source(folder: Path) -> ResolvedSource:
    return ResolvedSource(path=str(folder), path_setting="here:1")


def land(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id\n{len(list(folder.iterdir()))}\n")


def found(
    folder: Path, bookmark: FileBookmark | None
) -> tuple[list[tuple[str, str]], tuple[str, ...], FileBookmark]:
    offer = Files().discover(source(folder), bookmark)
    return [(file.name, file.extract) for file in offer.files], offer.notes, offer.bookmark


def test_only_tables_that_applied_extracts_pass_over_late_ones(tmp_path: Path) -> None:
    land(tmp_path, "2024-05-02/a.csv", "2024-05-01/a.csv")
    files, notes, bookmark = found(tmp_path, None)
    assert files == [("2024-05-01/a.csv", "2024-05-01"), ("2024-05-02/a.csv", "2024-05-02")]
    assert notes == ()
    land(tmp_path, "2024-04-30/a.csv", "2024-05-03/a.csv")
    plain, *_ = found(tmp_path, bookmark)
    assert [extract for _, extract in plain] == ["2024-04-30", "2024-05-03"]
    applied = bookmark.model_copy(update={"extract": "2024-05-02"})
    files, notes, after = found(tmp_path, applied)
    assert files == [("2024-05-03/a.csv", "2024-05-03")]
    assert notes == ("extract 2024-04-30 came after 2024-05-02 was applied and changes nothing",)
    assert {"2024-04-30/a.csv", "2024-05-03/a.csv"} <= after.seen.keys()


def test_a_completed_extract_is_read_again_as_a_whole(tmp_path: Path) -> None:
    land(tmp_path, "2024-05-01/a.csv", "2024-05-02/a.csv", "2024-05-02/b.csv")
    *_, bookmark = found(tmp_path, None)
    applied = bookmark.model_copy(update={"extract": "2024-05-02"})
    assert found(tmp_path, applied)[0] == []
    (tmp_path / "2024-05-02/b.csv").unlink()
    land(tmp_path, "2024-05-02/c.csv")
    files, notes, _ = found(tmp_path, applied)
    assert files == [("2024-05-02/a.csv", "2024-05-02"), ("2024-05-02/c.csv", "2024-05-02")]
    assert notes == ("extract 2024-05-02 changed since it was applied and is read again",)


def test_of_a_waiting_extract_all_files_come_together(tmp_path: Path) -> None:
    """A part of it may have been seen with an extract that was applied since: not with this one."""
    land(tmp_path, "2024-05-01/a.csv")
    *_, bookmark = found(tmp_path, None)
    applied = bookmark.model_copy(update={"extract": "2024-05-01"})
    land(tmp_path, "2024-05-02/a.csv", "2024-05-02/b.csv")
    assert [name for name, _ in found(tmp_path, applied)[0]] == ["2024-05-02/a.csv", "2024-05-02/b.csv"]
