"""Extracts that wait become batches; the progress of each leaves the others to be found."""

from __future__ import annotations

from datetime import UTC, datetime

from etl_core.config.models.table import TableConfig
from etl_core.config.project import Table
from etl_core.plan.observed import ObservedTable, SourceFile
from etl_core.plan.steps import FileRead, Step
from etl_core.run.common.inputs import Inputs
from etl_core.run.reading.extracts import by_extract, extract_time
from etl_core.sources.bookmarks import select_new
from etl_core.sources.listing import Listed
from etl_core.state.models import FileBookmark, TableBookmark, TableState

NOW = datetime(2026, 5, 9, tzinfo=UTC)
LOOKBACK = 5


def listed(name: str, mtime: int) -> Listed:
    return Listed(f"/in/{name}", name, 1, mtime)


# The oldest extract was written last, and long after the lookback.
FOLDER = [
    listed("2026-05-02/a", 10),
    listed("2026-05-02/b", 11),
    listed("2026-05-03/a", 12),
    listed("2026-05-01/a", 90),
]


def step(folder: list[Listed], before: FileBookmark | None, mode: str = "snapshot") -> Step:
    selection = select_new(folder, before, LOOKBACK, lambda file: file.name, now=10**18)
    files = tuple(
        SourceFile(new.file.path, new.file.name, 1, new.file.mtime, new.etag, extract=new.file.name[:10])
        for new in selection.files
    )
    config = TableConfig.model_validate(
        {"table": "raw.t", "source": {"path": "/in"}, "target": {"mode": mode, "keys": ["id"]}}
    )
    state = TableState(run_id="r0", at=NOW, inputs={"source": before}) if before else None
    table = Table(config, None, "iceberg", {})
    read = FileRead("source", files, selection.bookmark)
    return Step(table, "write", (read,), (), ObservedTable(exists=before is not None, state=state))


def batches(of: Step) -> list[tuple[int, FileBookmark]]:
    """Number of files and progress of each."""

    def read(part: Step) -> Inputs:
        (file_read,) = part.reads
        assert isinstance(file_read, FileRead)
        return Inputs(bookmarks={"source": file_read.bookmark}, files=len(file_read.files))

    marks = [(inputs.files, inputs.bookmarks["source"]) for inputs in by_extract(of, read)]
    return [(files, mark) for files, mark in marks if isinstance(mark, FileBookmark)]


def test_the_oldest_comes_first_and_what_waits_is_found_again() -> None:
    made = batches(step(FOLDER, None))
    assert [(files, mark.extract) for files, mark in made] == [
        (1, "2026-05-01"),
        (2, "2026-05-02"),
        (1, "2026-05-03"),
    ]
    for number, (_, mark) in enumerate(made[:-1], start=1):
        rest = batches(step(FOLDER, mark))
        assert [(files, after.extract) for files, after in rest] == [
            (files, after.extract) for files, after in made[number:]
        ]
        assert [files for files, _ in batches(step(FOLDER, rest[-1][1]))] == [0]


def test_other_modes_read_all_at_once() -> None:
    assert [(files, mark.extract) for files, mark in batches(step(FOLDER, None, "merge"))] == [(4, "")]


def test_nothing_new_is_one_batch_of_nothing() -> None:
    (*_, last) = batches(step(FOLDER, None))
    assert [files for files, _ in batches(step(FOLDER, last[1]))] == [0]


def test_the_time_of_an_extract() -> None:
    def at(**marks: FileBookmark | TableBookmark) -> datetime:
        return extract_time(Inputs(bookmarks=marks), NOW)

    assert at(source=FileBookmark(extract="2026-05-01")) == datetime(2026, 5, 1, tzinfo=UTC)
    assert at(source=FileBookmark(extract="2026-05-01T10:30:00")) == datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
    assert at(source=FileBookmark()) == NOW
    assert at(a=TableBookmark(), b=TableBookmark()) == NOW
