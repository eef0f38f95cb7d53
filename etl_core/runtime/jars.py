"""The jars of a runtime profile: pinned with SHA-256 in `jars.lock.json`, fetched once, then cached."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from etl_core.errors import ConfigError, EtlError
from etl_core.registry import closest_hint
from etl_core.runtime.java import use_java

log = logging.getLogger(__name__)
# Settings by which a user names mirrors; passed on to Spark's resolver.
RESOLVER_SETTINGS = ("spark.jars.ivySettings", "spark.jars.repositories")


@dataclass(frozen=True)
class Jar:
    """One pinned jar. `coordinates` is group:artifact:version."""

    coordinates: str
    sha256: str
    groups: tuple[str, ...]

    @property
    def file_name(self) -> str:
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}.jar"


def locked(profile: str) -> tuple[Jar, ...]:
    """All jars of a profile. Raises ConfigError for an unknown one."""
    lock = json.loads(files("etl_core.runtime").joinpath("jars.lock.json").read_text("utf-8"))
    if profile not in lock:
        raise ConfigError(f"unknown profile {profile!r}", hint=closest_hint(profile, tuple(lock)))
    return tuple(
        Jar(entry["coordinates"], entry["sha256"], tuple(entry["groups"])) for entry in lock[profile]["jars"]
    )


def cache_folder() -> Path:
    """STRATA_JARS, else the user's cache folder."""
    if folder := os.environ.get("STRATA_JARS"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "strata" / "jars"


def resolve(
    profile: str, groups: Collection[str] | None = None, settings: Mapping[str, str] | None = None
) -> list[Path]:
    """Paths of the jars of `groups` (None: all of the profile), fetching those not cached yet. A group
    that the profile has no jars for (parquet) adds none.

    `settings` may name mirrors (`RESOLVER_SETTINGS`). The content of every jar is compared with the
    lock each time (about 1 ms a MB), so a torn or exchanged file is never put on the classpath.
    Raises ConfigError for an unknown profile, EtlError if a jar cannot be fetched or is
    not the one that was locked.
    """
    jars = [jar for jar in locked(profile) if groups is None or set(jar.groups) & set(groups)]
    folder = cache_folder()
    missing = [jar for jar in jars if not _is_intact(folder / jar.file_name, jar)]
    if missing:
        _fetch(missing, folder, settings or {})
    return [folder / jar.file_name for jar in jars]


def _fetch(jars: list[Jar], folder: Path, settings: Mapping[str, str]) -> None:
    log.info("fetching %d jars into %s: %s", len(jars), folder, ", ".join(jar.coordinates for jar in jars))
    folder.mkdir(parents=True, exist_ok=True)
    # A folder of its own, so that processes fetching at the same time never see each other's half
    # files; in the cache, so that the last step is a rename on one file system.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as stage:
        found = _run_resolver([jar.coordinates for jar in jars], Path(stage), settings)
        for jar in jars:
            path = Path(found[jar.coordinates])
            actual = _sha256(path)
            if actual != jar.sha256:
                path.unlink()
                raise EtlError(
                    f"{jar.coordinates} is not what was locked: SHA-256 {actual}, expected {jar.sha256}",
                    hint="the file was deleted; check the mirror it came from",
                )
            path.replace(folder / jar.file_name)


def _run_resolver(coordinates: list[str], stage: Path, settings: Mapping[str, str]) -> dict[str, str]:
    use_java()
    wanted = {key: settings[key] for key in RESOLVER_SETTINGS if key in settings}
    request = {"coordinates": coordinates, "settings": {**wanted, "spark.jars.ivy": str(stage)}}
    # -P: this package's own modules (logging.py) must not stand in for the standard library's
    command = [sys.executable, "-P", str(files("etl_core.runtime").joinpath("ivy.py"))]
    # not the JVM that spark-submit may have started: its settings are the caller's
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYSPARK_GATEWAY")}
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(request), capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        raise EtlError(
            f"jars could not be fetched: {', '.join(coordinates)}\n{_tail(done.stderr)}",
            hint="check the network, or name a mirror under `spark:` of the environment file"
            f" ({' or '.join(RESOLVER_SETTINGS)}), or put the jars into {cache_folder()} yourself",
        )
    result: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def _is_intact(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m etl_core.runtime.jars --profile glue-5.1`: fetch all jars of a profile ahead of time."""
    parser = argparse.ArgumentParser(prog="etl_core.runtime.jars", description=main.__doc__)
    parser.add_argument("--profile", default="glue-5.1")
    parser.add_argument("--group", action="append", help="only this group; may be repeated")
    parser.add_argument("--without", action="append", default=[], help="not this group; may be repeated")
    arguments = parser.parse_args(argv)
    try:
        known = {group for jar in locked(arguments.profile) for group in jar.groups}
        for path in resolve(arguments.profile, set(arguments.group or known) - set(arguments.without)):
            print(path)
    except EtlError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
