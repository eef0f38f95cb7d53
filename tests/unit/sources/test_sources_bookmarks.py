"""Which files are new. The oracle remembers everything for ever; the bookmark must not need to."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from etl_core.config.durations import seconds
from etl_core.sources.bookmarks import Selection, select_new
from etl_core.sources.listing import Listed
from etl_core.state.models import FileBookmark

LOOKBACK = 10
FAR = 10**9
Step = tuple[int, list[tuple[int, int, str]]]  # time passed, files written: slot, lateness, content


@dataclass(frozen=True)
class Written:
    """A file as it stands in the folder: `content` plays the etag."""

    name: str
    mtime: int
    content: str

    def listed(self) -> Listed:
        return Listed(f"/in/{self.name}", self.name, len(self.content), self.mtime)


def _select(folder: list[Written], bookmark: FileBookmark | None, now: int = FAR) -> Selection:
    contents = {file.name: file.content for file in folder}
    return select_new(
        [file.listed() for file in folder], bookmark, LOOKBACK, lambda file: contents[file.name], now
    )


def _names(selection: Selection) -> list[str]:
    return [item.file.name for item in selection.files]


def test_the_first_run_takes_all_in_the_order_they_came() -> None:
    folder = [Written("b", 5, "x"), Written("a", 5, "x"), Written("c", 1, "x")]

    selection = _select(folder, None)

    assert _names(selection) == ["c", "a", "b"]
    assert (selection.bookmark.mtime, selection.bookmark.name) == (5, "b")


def test_nothing_new_leaves_the_bookmark_as_it_is() -> None:
    folder = [Written("a", 5, "x")]
    first = _select(folder, None).bookmark

    again = _select(folder, first)

    assert again.files == ()
    assert again.bookmark == first


def test_a_late_file_is_found_up_to_the_lookback_and_no_longer() -> None:
    bookmark = _select([Written("a", 100, "x")], None).bookmark

    selection = _select([Written("just", 90, "x"), Written("too_late", 89, "x")], bookmark)

    assert _names(selection) == ["just"]
    assert selection.bookmark.mtime == 100


def test_a_file_that_came_again_unchanged_is_a_repeat() -> None:
    bookmark = _select([Written("a", 100, "x")], None).bookmark

    selection = _select([Written("a", 105, "x")], bookmark)

    assert selection.files == ()
    assert selection.repeats == ("a",)


def test_a_file_that_came_again_with_other_content_is_new() -> None:
    bookmark = _select([Written("a", 100, "x")], None).bookmark

    assert _names(_select([Written("a", 101, "y")], bookmark)) == ["a"]


def test_equal_content_under_two_names_is_two_files() -> None:
    bookmark = _select([Written("a", 100, "x")], None).bookmark

    assert _names(_select([Written("a", 100, "x"), Written("b", 100, "x")], bookmark)) == ["b"]


def test_content_is_looked_at_only_where_it_may_be_new() -> None:
    asked: list[str] = []
    bookmark = _select([Written("same", 100, "x"), Written("touched", 100, "x")], None).bookmark

    select_new(
        [Listed("", "same", 1, 100), Listed("", "touched", 1, 101), Listed("", "old", 1, 3)],
        bookmark,
        LOOKBACK,
        lambda file: asked.append(file.name) or "x",  # type: ignore[func-returns-value]
        FAR,
    )

    assert asked == ["touched"]


def test_a_file_dated_in_the_future_hides_none_that_come_after_it() -> None:
    future = Written("future", 5000, "x")
    bookmark = _select([future], None, now=100).bookmark

    selection = _select([future, Written("b", 101, "x")], bookmark, now=102)

    assert _names(selection) == ["b"]


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    bookmark: FileBookmark | None = None
    folder: list[Written] = []
    for time in range(0, 500, 5):
        folder.append(Written(f"f{time}", time, "x"))
        bookmark = _select(folder, bookmark).bookmark

    assert bookmark is not None
    assert set(bookmark.seen) == {"f485", "f490", "f495"}


def test_durations() -> None:
    assert [seconds(text) * 1_000_000_000 for text in ("1h", "2d", "1w")] == [
        3_600_000_000_000,
        172_800_000_000_000,
        604_800_000_000_000,
    ]


# Each step writes files, then reads. A file's mtime lies at most the lookback before the clock, the
# clock only goes on, and a name is written again only within the lookback of its last writing.
_WRITES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, LOOKBACK), st.sampled_from("xyz")), max_size=4)


@given(st.lists(st.tuples(st.integers(0, 6), _WRITES), max_size=12))
def test_every_file_is_read_once_however_late_it_came(
    steps: list[tuple[int, list[tuple[int, int, str]]]],
) -> None:
    clock, bookmark = LOOKBACK, None
    folder: dict[str, Written] = {}
    last_read: dict[str, str] = {}  # the oracle: the content last read under each name, for ever
    for number, (passed, writes) in enumerate(steps):
        clock += passed
        for slot, late, content in writes:
            name = (
                f"{slot}"
                if f"{slot}" not in folder or clock - folder[f"{slot}"].mtime <= LOOKBACK
                else f"{slot}-{number}"
            )
            mtime = clock - late
            if name in folder and mtime <= folder[name].mtime:
                continue  # rewriting a file moves its time on
            folder[name] = Written(name, mtime, content)
        expected = {name for name, file in folder.items() if last_read.get(name) != file.content}

        selection = _select(list(folder.values()), bookmark, now=clock)

        assert set(_names(selection)) == expected
        last_read |= {name: folder[name].content for name in expected}
        bookmark = selection.bookmark
        assert all(file.mtime >= bookmark.mtime - LOOKBACK for file in bookmark.seen.values())
