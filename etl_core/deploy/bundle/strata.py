"""Strata's own wheel: from its sources by setup.py, or from what is installed; the same bytes each time."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import etl_core
from etl_core.deploy.bundle.archive import Wheel
from etl_core.errors import ConfigError
from etl_core.version import __version__

DISTRIBUTION = "strata-etl"
PACKAGES = ("etl_core", "transforms", "quality")
_SOURCES = ("setup.py", "pyproject.toml", "README.md")
_COMPILED = shutil.ignore_patterns("__pycache__", "*.py[co]", "*.so")


def strata_wheel() -> Wheel:
    """The wheel of the Strata that runs now.

    Raises ConfigError if it is neither a source tree nor an installed wheel, or cannot be built.
    """
    home = Path(etl_core.__file__).parents[1]
    return _from_sources(home) if (home / "setup.py").is_file() else _from_installed()


def _from_sources(home: Path) -> Wheel:
    """In a copy: what earlier builds left in the tree would get into the wheel."""
    with tempfile.TemporaryDirectory(prefix="strata-build-") as folder:
        copy = Path(folder) / "source"
        copy.mkdir()
        for name in filter(lambda name: (home / name).is_file(), _SOURCES):
            shutil.copyfile(home / name, copy / name)
        for package in PACKAGES:
            shutil.copytree(home / package, copy / package, ignore=_COMPILED)
        command = [sys.executable, "setup.py", "--quiet", "bdist_wheel", "--dist-dir", folder]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603
        built = sorted(Path(folder).glob("*.whl"))
        if done.returncode != 0 or len(built) != 1:
            raise ConfigError(
                f"the wheel of Strata could not be built: {_last_line(done.stderr)}",
                hint="pip install 'setuptools>=68' wheel",
            )
        return _read(built[0].read_bytes())


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no message")


def _read(content: bytes) -> Wheel:
    """A wheel by its parts, so that it can be written again the one way that this package writes wheels."""
    info = f"strata_etl-{__version__}.dist-info"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    return _wheel(files, files[f"{info}/METADATA"], files[f"{info}/entry_points.txt"])


def _from_installed() -> Wheel:
    found = _installed()
    files = {
        path.as_posix(): path.read_binary()
        for path in found.files or ()
        if path.parts[0] in PACKAGES and "__pycache__" not in path.parts
    }
    metadata, entry_points = (found.read_text(name) or "" for name in ("METADATA", "entry_points.txt"))
    if not files:
        raise ConfigError(
            "Strata is installed without a list of its files", hint="install its wheel with pip"
        )
    return _wheel(files, metadata.encode(), entry_points.encode())


def _installed() -> Distribution:
    try:
        return distribution(DISTRIBUTION)
    except PackageNotFoundError:
        hint = f"pip install {DISTRIBUTION}, or run it from its sources"
        raise ConfigError("Strata is not installed as a package", hint=hint) from None


def _wheel(files: dict[str, bytes], metadata: bytes, entry_points: bytes) -> Wheel:
    kept = {name: content for name, content in files.items() if name.partition("/")[0] in PACKAGES}
    return Wheel("strata_etl", __version__, kept, metadata, entry_points)
