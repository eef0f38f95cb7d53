"""What is installed is what stands here: no template, grammar or lock file is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from modules import ROOT

PACKAGES = ("etl_core", "transforms", "quality")


def test_every_file_of_the_packages_is_installed(tmp_path: Path) -> None:
    build = [sys.executable, "setup.py", "--quiet", "build_py", "--build-lib", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    here = {name for name in listed if (ROOT / name).is_file()}
    assert here - {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == set()
