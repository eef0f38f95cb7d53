"""Strata's own wheel where Strata is installed: from the files that pip lists."""

from __future__ import annotations

from pathlib import Path

import pytest

import etl_core
from etl_core.deploy.bundle.strata import strata_wheel
from etl_core.errors import ConfigError
from etl_core.version import __version__


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As if Strata ran from a site-packages folder."""
    monkeypatch.setattr(etl_core, "__file__", str(tmp_path / "etl_core" / "__init__.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def put(root: Path, files: dict[str, str]) -> None:
    info = f"strata_etl-{__version__}.dist-info"
    whole = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: strata-etl\nVersion: {__version__}\n",
        **files,
    }
    record = "".join(f"{name},,\n" for name in [*whole, f"{info}/RECORD"])
    for name, text in {**whole, f"{info}/RECORD": record}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_the_files_that_pip_lists_make_the_wheel(installed: Path) -> None:
    compiled = "etl_core/__pycache__/__init__.cpython-311.pyc"
    put(
        installed,
        {"etl_core/__init__.py": "X = 1\n", "quality/a.lark": "a", compiled: "x"},
    )
    (installed / "etl_core" / "stray.py").write_text("not listed")
    wheel = strata_wheel()
    assert dict(wheel.files) == {"etl_core/__init__.py": b"X = 1\n", "quality/a.lark": b"a"}
    assert wheel.file_name == f"strata_etl-{__version__}-py3-none-any.whl"
    assert b"Name: strata-etl" in wheel.metadata


def test_an_installation_without_a_list_is_refused(installed: Path) -> None:
    put(installed, {})
    with pytest.raises(ConfigError, match="without a list of its files"):
        strata_wheel()
