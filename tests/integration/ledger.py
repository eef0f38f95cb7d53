"""A bank in one format, and what its tables must hold: plain Python, told while the files are written.

Its events come in order and its bad rows have keys of their own, so that the tables do not depend on
how many days one run takes. Streams that come in any order are proven in tests/streams.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from etl_core.sinks import capabilities
from tests.integration.projects import MINIMAL

ACCOUNT = """\
  - {name: id, type: int, nullable: false}
  - {name: owner}
  - {name: balance, type: "decimal(12,2)"}
  - {name: changed_at, type: timestamp}
"""
TABLES = {
    "raw.account": """\
source: {type: dms, path: landing/account, header: false}
target: {mode: append}
columns: [{name: id}, {name: owner}, {name: balance}, {name: changed_at}]
""",
    "standardized.account": f"""\
inputs: {{account: {{table: raw.account, read: new}}}}
target: {{mode: cdc, keys: [id], operation_column: Op}}
columns:
{ACCOUNT}""",
    "standardized.account_history": f"""\
source: {{type: dms, path: landing/account, header: false}}
target: {{mode: cdc, history: scd2, keys: [id], operation_column: Op, sequence_by: [changed_at]}}
columns:
{ACCOUNT}""",
    "standardized.branch": """\
source: {type: files, path: landing/branch}
target: {mode: snapshot, keys: [id], max_deleted: 90%}
columns:
  - {name: id, type: int, nullable: false}
  - {name: city}
""",
    "enriched.balance_by_owner": """\
inputs: {accounts: standardized.account}
target: {mode: overwrite}
""",
}
JOB = """\
from pyspark.sql import DataFrame, functions as F
from etl_core import table


@table("enriched.balance_by_owner")
def balance_by_owner(accounts: DataFrame) -> DataFrame:
    return accounts.groupBy("owner").agg(F.sum("balance").alias("balance"))
"""
NEEDS = {
    "standardized.account": ("cdc", "scd1"),
    "standardized.account_history": ("cdc", "scd2"),
    "standardized.branch": ("snapshot", "scd1"),
    "enriched.balance_by_owner": ("cdc", "scd1"),
}


def tables(format_name: str) -> list[str]:
    """Those that the format can hold."""
    can = capabilities.load().get(format_name)
    needs = {name: NEEDS.get(name, ("append", "scd1")) for name in TABLES}
    return [name for name, (mode, kept) in needs.items() if mode in can.modes and kept in can.histories]


def project(format_name: str) -> dict[str, str]:
    """All the files of a bank's project."""
    files = dict(MINIMAL)
    for name in tables(format_name):
        contract = f"table: {name}\n" + TABLES[name].replace(
            "target: {", f"target: {{format: {format_name}, "
        )
        files[f"conf/tables/{name.replace('.', '/')}.yaml"] = contract
    if "enriched.balance_by_owner" in tables(format_name):
        files["jobs/enriched/balance_by_owner.py"] = JOB
    return files


@dataclass(frozen=True)
class Version:
    """What was true of an account from `begin` on; `held` is None where it was closed."""

    begin: datetime
    held: tuple[str, int] | None


class Ledger:
    """`landing`: where its files go."""

    def __init__(self, landing: Path, chance: random.Random) -> None:
        self._chance = chance
        self._account = landing / "account"
        self._branch = landing / "branch"
        self._clock = datetime(2026, 1, 1)
        self.accounts: dict[int, tuple[str, int]] = {}
        self.versions: dict[int, list[Version]] = {}
        self.deletes: dict[int, list[str]] = {}  # the files with deletes of a key, in their order
        self.events: list[tuple[str, ...]] = []
        self.bad: list[str] = []
        self.branches: dict[int, str] = {}
        self.files: dict[str, set[str]] = {"account": set(), "branch": set()}
        self._account.mkdir(parents=True)

    def full_load(self, count: int) -> None:
        lines = []
        for key in range(count):
            lines.append(self._upsert(key, (f"owner {key % 7}", key * 100)))
        self._write("LOAD00000001.csv", [line[1:] for line in lines])
        self._extract(0)

    def day(self, number: int) -> None:
        """Files with a day's changes, and an extract of the branches."""
        lines, name = [], f"202601{number:02d}-120000000.csv"
        for _ in range(60):
            key = self._chance.randrange(200)
            if self._chance.random() < 0.2:
                lines.append(self._delete(key, name))
            else:
                held = (f"owner {self._chance.randrange(7)}", self._chance.randrange(1_000_000))
                lines.append(("U", *self._upsert(key, held)[1:]))
        lines.append(("U", str(1000 + number), "owner x", "not a number", self._tick().isoformat()))
        self.bad.append(str(1000 + number))
        self._write(name, lines)
        self._extract(number)

    def _tick(self) -> datetime:
        self._clock += timedelta(seconds=1)
        return self._clock

    def _upsert(self, key: int, held: tuple[str, int]) -> tuple[str, ...]:
        at = self._tick()
        if self.accounts.get(key) != held:
            self.versions.setdefault(key, []).append(Version(at, held))
        self.accounts[key] = held
        return ("", str(key), held[0], f"{held[1] / 100:.2f}", at.isoformat())

    def _delete(self, key: int, file: str) -> tuple[str, ...]:
        at = self._tick()
        if self.accounts.pop(key, None) is not None:
            self.versions[key].append(Version(at, None))
        self.deletes.setdefault(key, []).append(file)
        return ("D", str(key), "", "", at.isoformat())

    def _write(self, name: str, lines: list[tuple[str, ...]]) -> None:
        self.events += [line if len(line) == 5 else ("", *line) for line in lines]
        self.files["account"].add(name)
        (self._account / name).write_text("".join(",".join(line) + "\n" for line in lines))

    def _extract(self, number: int) -> None:
        for key in self._chance.sample(range(30), 5):
            self.branches[key] = f"city {self._chance.randrange(9)}"
        for key in self._chance.sample(range(30), 3):
            self.branches.pop(key, None)
        name = f"2026-01-{number + 1:02d}/branch.csv"
        self.files["branch"].add(name)
        path = self._branch / name
        path.parent.mkdir(parents=True)
        path.write_text("".join(["id,city\n", *(f"{key},{city}\n" for key, city in self.branches.items())]))

    def table(self, name: str) -> Counter[tuple[Any, ...]]:
        """What `name` must hold now, as rows of the values that `VALUES` takes from it."""
        return Counter(getattr(self, "_rows_of_" + name.replace(".", "_"))())

    def _rows_of_raw_account(self) -> Iterator[tuple[Any, ...]]:
        for op, *values in self.events:
            yield (op or None, *(value or None for value in values))

    def _rows_of_standardized_account(self) -> Iterator[tuple[Any, ...]]:
        for key, (owner, cents) in self.accounts.items():
            yield (key, owner, cents)

    def _rows_of_standardized_account_history(self) -> Iterator[tuple[Any, ...]]:
        for key, versions in self.versions.items():
            ends = [*(version.begin for version in versions[1:]), None]
            for version, end in zip(versions, ends, strict=True):
                if version.held is not None:
                    yield (key, *version.held, version.begin, end, end is None)

    def _rows_of_standardized_branch(self) -> Iterator[tuple[Any, ...]]:
        yield from self.branches.items()

    def _rows_of_enriched_balance_by_owner(self) -> Iterator[tuple[Any, ...]]:
        totals: Counter[str] = Counter()
        for owner, cents in self.accounts.values():
            totals[owner] += cents
        yield from totals.items()


def _cents(row: dict[str, Any]) -> int:
    return int(row["balance"] * 100)


VALUES = {
    "raw.account": lambda r: (r["Op"], r["id"], r["owner"], r["balance"], r["changed_at"]),
    "standardized.account": lambda r: (r["id"], r["owner"], _cents(r)),
    "standardized.account_history": lambda r: (
        r["id"], r["owner"], _cents(r), r["valid_from"], r["valid_to"], r["is_current"],
    ),
    "standardized.branch": lambda r: (r["id"], r["city"]),
    "enriched.balance_by_owner": lambda r: (r["owner"], _cents(r)),
}  # fmt: skip
