"""Which YAML parser gives nodes with positions fastest: one contract, composed many times.

    python benchmarks/yaml_parsers.py [--runs 200]

Needs PyYAML; ruamel.yaml, and its C extension ruamel.yaml.clib (up to 0.18), where they are installed.
The figures are in docs/adr/0002-yaml-parser.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.validate_1000_tables import CURRENT
from etl_core.config.document import build
from etl_core.config.variables import Variables
from etl_core.config.yaml import compose

TEXT = CURRENT.format(n=1)


def strata() -> object:
    return compose(TEXT, "a.yaml")


def strata_values() -> object:
    return build(compose(TEXT, "a.yaml"), "a.yaml", Variables({}), TEXT)  # type: ignore[arg-type]


def candidates() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "PyYAML, C, as Strata uses it: nodes": strata,
        "  and values, positions, duplicates": strata_values,
    }
    try:
        import ruamel.yaml as ruamel
    except ImportError:
        return found
    pure = ruamel.YAML(typ="safe", pure=True)
    found[f"ruamel.yaml {ruamel.__version__}, Python: nodes"] = lambda: pure.compose(TEXT)
    if ruamel.__with_libyaml__:
        fast = ruamel.YAML(typ="safe")
        found[f"ruamel.yaml {ruamel.__version__}, C: nodes"] = lambda: fast.compose(TEXT)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    for name, work in candidates().items():
        work()
        taken = []
        for _ in range(runs):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        print(f"{name:45} {statistics.median(taken) * 1000:7.3f} s per 1,000 files")


if __name__ == "__main__":
    main()
