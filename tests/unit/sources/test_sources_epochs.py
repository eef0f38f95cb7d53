"""The order of DMS files, and when a full load is a new one."""

from __future__ import annotations

import random

from etl_core.plan.observed import SourceFile
from etl_core.sources.bookmarks import select_new
from etl_core.sources.epochs import order_files
from etl_core.sources.listing import Listed
from etl_core.state.models import FileBookmark

DAY = 86_400
LOOKBACK = 2 * DAY
Folder = dict[str, tuple[int, str]]  # name -> (mtime, content)


def _discover(folder: Folder, bookmark: FileBookmark | None) -> tuple[tuple[SourceFile, ...], FileBookmark]:
    listed = [Listed(f"/in/{name}", name, 1, mtime) for name, (mtime, _) in folder.items()]
    random.Random(0).shuffle(listed)
    selection = select_new(listed, bookmark, LOOKBACK, lambda file: folder[file.name][1], 10**9)
    return order_files(selection.files, bookmark or FileBookmark(), selection.bookmark)


def _shown(files: tuple[SourceFile, ...]) -> list[tuple[str, int, int]]:
    return [(file.name, file.epoch, file.phase) for file in files]


def test_the_full_load_comes_before_changes_whose_names_sort_before_it() -> None:
    folder = {"20240102-1.csv": (20, "c"), "LOAD00000002.csv": (11, "b"), "LOAD00000001.csv": (10, "a")}

    files, bookmark = _discover(folder, None)

    assert _shown(files) == [("LOAD00000001.csv", 1, 0), ("LOAD00000002.csv", 1, 0), ("20240102-1.csv", 1, 1)]
    assert bookmark.epoch == 1
    assert bookmark.loads == {"LOAD00000001.csv": "a", "LOAD00000002.csv": "b"}


def test_order_is_by_base_name_whatever_the_folder() -> None:
    folder = {"2024/02/20240201-1.csv": (30, "x"), "z/20240101-1.csv": (31, "y"), "a/load1.csv": (32, "z")}

    files, _ = _discover(folder, None)

    assert [file.name for file in files] == ["a/load1.csv", "z/20240101-1.csv", "2024/02/20240201-1.csv"]


def test_changes_that_come_before_the_first_full_load_are_in_its_epoch() -> None:
    _, bookmark = _discover({"20240101.csv": (5, "c")}, None)

    files, bookmark = _discover({"20240101.csv": (5, "c"), "LOAD1.csv": (9, "a")}, bookmark)

    assert _shown(files) == [("LOAD1.csv", 1, 0)]
    assert bookmark.epoch == 1


def test_more_files_of_one_full_load_open_no_epoch() -> None:
    _, bookmark = _discover({"LOAD1.csv": (10, "a")}, None)

    files, bookmark = _discover({"LOAD1.csv": (10, "a"), "LOAD2.csv": (12, "b")}, bookmark)

    assert _shown(files) == [("LOAD2.csv", 1, 0)]
    assert set(bookmark.loads) == {"LOAD1.csv", "LOAD2.csv"}


def test_a_full_load_repeated_with_other_content_opens_the_next_epoch() -> None:
    folder = {"LOAD1.csv": (10, "a"), "LOAD2.csv": (11, "b"), "20240101.csv": (20, "c")}
    _, bookmark = _discover(folder, None)
    folder |= {
        "LOAD1.csv": (30, "a2"),
        "LOAD2.csv": (31, "b2"),
        "20240102.csv": (40, "d"),
        "20240101b.csv": (25, "e"),
    }

    files, bookmark = _discover(folder, bookmark)

    assert _shown(files) == [
        ("20240101b.csv", 1, 1),
        ("LOAD1.csv", 2, 0),
        ("LOAD2.csv", 2, 0),
        ("20240102.csv", 2, 1),
    ]
    assert bookmark.epoch == 2
    assert bookmark.loads == {"LOAD1.csv": "a2", "LOAD2.csv": "b2"}


def test_a_late_change_from_before_the_full_load_does_not_come_after_it() -> None:
    folder = {"LOAD1.csv": (10, "a")}
    _, bookmark = _discover(folder, None)
    folder["LOAD1.csv"] = (30, "a2")
    _, bookmark = _discover(folder, bookmark)
    folder |= {"late.csv": (20, "x"), "next.csv": (31, "y")}

    files, _ = _discover(folder, bookmark)

    assert _shown(files) == [("late.csv", 1, 1), ("next.csv", 2, 1)]


def test_an_unchanged_load_file_touched_after_the_lookback_is_not_read_again() -> None:
    folder = {"LOAD1.csv": (10, "a")}
    _, bookmark = _discover(folder, None)
    folder["20240301.csv"] = (10 + 5 * DAY, "c")
    _, bookmark = _discover(folder, bookmark)
    folder["LOAD1.csv"] = (10 + 6 * DAY, "a")

    files, bookmark = _discover(folder, bookmark)

    assert files == ()
    assert bookmark.epoch == 1


def test_a_full_load_is_recognised_after_the_lookback() -> None:
    folder = {"LOAD1.csv": (10, "a")}
    _, bookmark = _discover(folder, None)
    folder["20240301.csv"] = (10 + 9 * DAY, "c")
    _, bookmark = _discover(folder, bookmark)
    folder["LOAD1.csv"] = (10 + 10 * DAY, "a2")

    files, bookmark = _discover(folder, bookmark)

    assert _shown(files) == [("LOAD1.csv", 2, 0)]
