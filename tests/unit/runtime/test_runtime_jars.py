"""The lock, the cache and what is done with a jar that is not the locked one. Nothing is downloaded:
the resolver is replaced by one that writes files."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from etl_core.errors import ConfigError, EtlError
from etl_core.runtime import jars
from etl_core.runtime.jars import Jar, locked, resolve

CONTENT = {"g:one:1": b"first", "g:two:2": b"second"}
JARS = tuple(
    Jar(name, hashlib.sha256(content).hexdigest(), (name[2:5],)) for name, content in CONTENT.items()
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATA_JARS", str(tmp_path / "jars"))
    monkeypatch.setattr(jars, "locked", lambda profile: JARS)
    monkeypatch.setattr(jars, "use_java", lambda: None)
    return tmp_path / "jars"


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the resolver was asked; it delivers CONTENT."""
    return serve(monkeypatch, lambda name: CONTENT[name])


def serve(monkeypatch: pytest.MonkeyPatch, content: Callable[[str], bytes]) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def run(command: list[str], *, input: str, **_: object) -> subprocess.CompletedProcess[str]:
        request = json.loads(input)
        asked.append(request)
        found = {}
        for name in request["coordinates"]:
            path = Path(request["settings"]["spark.jars.ivy"]) / f"{name.replace(':', '_')}.jar"
            path.write_bytes(content(name))
            found[name] = str(path)
        return subprocess.CompletedProcess(command, 0, f":: resolving\n{json.dumps(found)}\n", "")

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_every_locked_jar_has_coordinates_a_digest_and_a_group() -> None:
    for jar in locked("glue-5.1"):
        assert jar.coordinates.count(":") == 2
        assert len(jar.sha256) == 64
        assert jar.groups
    assert {group for jar in locked("glue-5.1") for group in jar.groups} >= {"iceberg", "jdbc", "deequ"}


def test_an_unknown_profile_names_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"glue-5\.1"):
        locked("glue-5.2")


def test_jars_are_fetched_once(cache: Path, requests: list[dict[str, object]]) -> None:
    first = resolve("any")
    assert first == [cache / "one-1.jar", cache / "two-2.jar"]
    assert [path.read_bytes() for path in first] == [b"first", b"second"]
    assert resolve("any") == first
    assert len(requests) == 1
    assert sorted(cache.iterdir()) == first  # nothing of the fetching stays


def test_only_the_groups_asked_for(cache: Path, requests: list[dict[str, object]]) -> None:
    assert resolve("any", ["two", "parquet"]) == [cache / "two-2.jar"]
    assert resolve("any", []) == []
    assert [request["coordinates"] for request in requests] == [["g:two:2"]]


def test_a_torn_file_in_the_cache_is_fetched_again(cache: Path, requests: list[dict[str, object]]) -> None:
    resolve("any")
    (cache / "one-1.jar").write_bytes(b"fir")
    resolve("any")
    assert (cache / "one-1.jar").read_bytes() == b"first"
    assert requests[1]["coordinates"] == ["g:one:1"]


def test_an_exchanged_jar_is_refused_and_deleted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, lambda name: b"other")
    with pytest.raises(EtlError, match="g:one:1 is not what was locked"):
        resolve("any")
    assert list(cache.iterdir()) == []


def test_mirrors_are_passed_on_and_nothing_else(cache: Path, requests: list[dict[str, object]]) -> None:
    settings = {"spark.jars.repositories": "https://mirror.example/m2", "spark.executor.memory": "1g"}
    resolve("any", settings=settings)
    sent = requests[0]["settings"]
    assert isinstance(sent, dict)
    assert sent["spark.jars.repositories"] == "https://mirror.example/m2"
    assert set(sent) == {"spark.jars.repositories", "spark.jars.ivy"}


def test_a_failed_fetch_tells_what_the_resolver_said(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "unresolved dependency: g#one;1: not found\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(EtlError, match="unresolved dependency") as caught:
        resolve("any")
    assert "spark.jars.repositories" in caught.value.hint


def test_the_command_can_leave_groups_out(
    cache: Path, requests: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert jars.main(["--without", "one"]) == 0
    assert capsys.readouterr().out == f"{cache / 'two-2.jar'}\n"
    assert [request["coordinates"] for request in requests] == [["g:two:2"]]
