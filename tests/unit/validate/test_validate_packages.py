"""The files of a package are found wherever Python itself would find it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest

from etl_core.validate.packages import python_files


class EditableFinder:
    """As setuptools writes one for `pip install --editable`: the package lies on no path."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        folder = str(self.folder)
        return spec_from_file_location(name, self.folder / "__init__.py", submodule_search_locations=[folder])


def package(folder: Path) -> Path:
    (folder / "inner").mkdir(parents=True)
    for name in ("__init__.py", "one.py", "inner/__init__.py", "inner/two.py"):
        (folder / name).write_text("")
    return folder


def names(files: tuple[Path, ...], folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in files]


def test_a_package_of_the_project(tmp_path: Path) -> None:
    folder = package(tmp_path / "mine")
    assert names(python_files("mine", tmp_path), folder) == [
        "__init__.py",
        "inner/__init__.py",
        "inner/two.py",
        "one.py",
    ]
    assert names(python_files("mine.inner", tmp_path), folder) == ["inner/__init__.py", "inner/two.py"]
    assert names(python_files("mine.one", tmp_path), folder) == ["one.py"]
    assert python_files("mine.three", tmp_path) == python_files("theirs", tmp_path) == ()


def test_a_package_that_is_installed_for_editing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = package(tmp_path / "elsewhere/edited_package")
    finder = EditableFinder("edited_package", folder)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    root = tmp_path / "project"
    try:
        assert len(python_files("edited_package", root)) == 4
        assert names(python_files("edited_package.inner", root), folder) == [
            "inner/__init__.py",
            "inner/two.py",
        ]
        assert names(python_files("edited_package.one", root), folder) == ["one.py"]
    finally:
        for name in [one for one in sys.modules if one.startswith("edited_package")]:
            del sys.modules[name]
