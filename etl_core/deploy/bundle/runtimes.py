"""What each runtime profile has by itself: `runtimes.json`, with its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from etl_core.errors import ConfigError

_OLDEST_GLIBC = 17  # manylinux2014 is manylinux_2_17


@dataclass(frozen=True)
class TargetRuntime:
    """Python version (`3.11`), platform tags from the newest to the oldest, name -> version of what is
    installed there (names normalised as in PEP 503)."""

    python: str
    platforms: tuple[str, ...]
    machine: str
    preinstalled: dict[str, str]


def target_runtime(profile: str) -> TargetRuntime:
    """Raises ConfigError for a profile that nothing is known of."""
    known = json.loads(files("etl_core.deploy").joinpath("runtimes.json").read_text("utf-8"))
    if profile not in known:
        message = f"profile {profile!r} cannot be built for: what Glue has installed there is not known"
        raise ConfigError(message, hint=f"build for {', '.join(known)}")
    entry = known[profile]
    major, newest = entry["glibc"]
    machine: str = entry["machine"]
    tags = [f"manylinux_{major}_{minor}_{machine}" for minor in range(newest, _OLDEST_GLIBC - 1, -1)]
    platforms = (*tags, f"manylinux2014_{machine}")
    return TargetRuntime(entry["python"], platforms, machine, entry["preinstalled"])
