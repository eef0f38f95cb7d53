"""Zip files and wheels whose bytes depend on nothing but their content."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile

import pytest

from etl_core.deploy.bundle.archive import Wheel, zip_of

FILES = {"b/two.txt": b"2", "a.txt": b"1" * 1000, "b/one.txt": b"\x00\xff"}


def wheel(files: dict[str, bytes]) -> Wheel:
    metadata = b"Metadata-Version: 2.1\nName: a-b\nVersion: 1\n"
    return Wheel("a_b", "1", files, metadata, b"[group]\nname = module\n")


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_the_order_of_files_makes_no_difference() -> None:
    assert zip_of(FILES) == zip_of(dict(reversed(FILES.items())))
    assert wheel(FILES).content() == wheel(dict(reversed(FILES.items()))).content()


def test_entries_are_sorted_plain_files_of_one_time() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_of(FILES))) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in entries} == FILES
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {oct(entry.external_attr >> 16) for entry in entries} == {"0o100644"}


@pytest.mark.parametrize(
    ("epoch", "moment"), [("1700000000", (2023, 11, 14, 22, 13, 20)), ("0", (1980, 1, 1, 0, 0, 0))]
)
def test_the_time_is_that_of_the_source(
    epoch: str, moment: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with zipfile.ZipFile(io.BytesIO(zip_of(FILES))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {moment}


def test_a_wheel_says_what_is_in_it() -> None:
    made = wheel(FILES)
    assert made.file_name == "a_b-1-py3-none-any.whl"
    with zipfile.ZipFile(io.BytesIO(made.content())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    record = {row[0]: row[1:] for row in csv.reader(held["a_b-1.dist-info/RECORD"].decode().splitlines())}
    assert set(record) == set(held)
    assert record.pop("a_b-1.dist-info/RECORD") == ["", ""]
    for name, (digest, size) in record.items():
        expected = base64.urlsafe_b64encode(hashlib.sha256(held[name]).digest()).decode().rstrip("=")
        assert (digest, size) == (f"sha256={expected}", str(len(held[name])))
