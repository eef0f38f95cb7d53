"""One file, or one folder, adds a thing, and no file of this repository has to know.

Each case runs in a process of its own: registries are filled once a process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from modules import ROOT


def python(code: str, *paths: Path) -> str:
    path = os.pathsep.join([str(ROOT), *map(str, paths)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_package_named_under_extensions_adds_a_source(tmp_path: Path) -> None:
    write(tmp_path / "our_sources" / "__init__.py", "")
    write(
        tmp_path / "our_sources" / "mainframe.py",
        "from etl_core.sources.protocol import SOURCES\nSOURCES.add('mainframe', object())\n",
    )
    code = "from etl_core.sources.load import load; print('mainframe' in load(('our_sources',)))"
    assert python(code, tmp_path) == "True"


def test_an_installed_package_adds_a_source(tmp_path: Path) -> None:
    write(
        tmp_path / "queues.py",
        "from etl_core.sources.protocol import SOURCES\nSOURCES.add('queue', object())\n",
    )
    install(tmp_path, "[strata.sources]\nqueue = queues\n")
    assert python("from etl_core.sources.load import load; print('queue' in load())", tmp_path) == "True"


def test_an_installed_package_adds_a_command(tmp_path: Path) -> None:
    write(
        tmp_path / "our_command.py",
        'def command(word: str) -> None:\n    """Say it back."""\n    print(f"<{word}>")\n',
    )
    install(tmp_path, "[strata.commands]\nsay-back = our_command\n")
    call = "from etl_core.cli.main import main; main({})"
    assert "say-back" in python(call.format("['--help']"), tmp_path)
    assert "Say it back." in python(call.format("['--help']"), tmp_path)
    assert python(call.format("['say-back', 'word']"), tmp_path) == "<word>"


def install(folder: Path, entry_points: str) -> None:
    info = folder / "ours-1.dist-info"
    write(info / "METADATA", "Metadata-Version: 2.1\nName: ours\nVersion: 1\n")
    write(info / "entry_points.txt", entry_points)


# package, the file to put there, how its arrival shows
FILES = [
    (
        "etl_core.cli.commands",
        "new_one.py",
        'def command() -> None:\n    """New."""\n',
        "from etl_core.cli.discovery import find_commands\n"
        "print('new-one' in [one.name for one in find_commands()])",
    ),
    (
        "etl_core.validate.checks",
        "new_one.py",
        "def check(project): return ['found by the new check']\n",
        "from etl_core.validate.runner import all_checks\n"
        "print('etl_core.validate.checks.new_one' in [one.__module__ for one in all_checks()])",
    ),
    (
        "quality.engines.inline.rules",
        "new_one.py",
        "from quality.engines.inline.check import RULES, RuleKind\nRULES.add('NewOne', RuleKind(None))\n",
        "from quality.engines.inline.rules import load\nprint('NewOne' in load())",
    ),
    (
        "etl_core.sinks",
        "new_one/capabilities.py",
        "from etl_core.sinks.capabilities import CAPABILITIES, Capabilities\n"
        "CAPABILITIES.add('new_one', Capabilities(modes=frozenset({'append'})))\n",
        "from etl_core.sinks.capabilities import load\nprint('new_one' in load())",
    ),
]


@pytest.mark.parametrize(("package", "file", "text", "shows"), FILES, ids=[case[0] for case in FILES])
def test_one_file_adds_a_thing(package: str, file: str, text: str, shows: str, tmp_path: Path) -> None:
    path = write(tmp_path / file, text)
    if path.parent != tmp_path:
        write(path.parent / "__init__.py", "")
    extend = f"import {package}\n{package}.__path__.append({str(tmp_path)!r})\n"
    assert python(shows) == "False"
    assert python(extend + shows) == "True"
