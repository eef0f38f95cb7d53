"""Core banking B by AWS DMS: Parquet with `Op` and a commit time, integer keys, other names and formats.

Full names in capitals without accents (`SMITH, JOHN`), ISO dates as text, times as epoch seconds and
milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from etl_core.demo.files import write_parquet
from etl_core.demo.people import CITIES, Person, in_core_b, plain, rng

CUSTOMER = pa.schema(
    [
        ("Op", pa.string()),
        ("commit_ts", pa.timestamp("us", tz="UTC")),
        ("customer_id", pa.int64()),
        ("full_name", pa.string()),
        ("dob", pa.string()),
        ("ssn", pa.int64()),
        ("mail", pa.string()),
        ("phone", pa.string()),
        ("town", pa.string()),
        ("state", pa.string()),
        ("since_epoch", pa.int64()),
    ]
)
INTERACTION = pa.schema(
    [
        ("Op", pa.string()),
        ("commit_ts", pa.timestamp("us", tz="UTC")),
        ("interaction_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("channel", pa.string()),
        ("occurred_ms", pa.int64()),
        ("duration_s", pa.int32()),
    ]
)
CHANNELS = ("branch", "phone", "web", "app")
LOADED = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
DAY_1 = datetime(2026, 11, 1, 13, 0, tzinfo=UTC)
DAY_2 = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)

Row = dict[str, Any]


def write(landing: Path, day: int, everyone: list[Person], seed: int, scale: int) -> None:
    customers = [person for person in everyone if in_core_b(person)]
    _customers(landing / "core_b" / "customer", day, customers)
    draw = rng(seed, scale, "core_b.interaction")
    _interactions(landing / "core_b" / "interaction", day, customers, draw)


def key(person: Person) -> int:
    return 500_000 + person.number


def customer(op: str, at: datetime, person: Person, *, moves: int = 0, **other: Any) -> Row:
    town, state = CITIES[(CITIES.index((person.city, person.state)) + moves) % len(CITIES)]
    row = {
        "Op": op,
        "commit_ts": at,
        "customer_id": key(person),
        "full_name": plain(f"{person.last}, {person.first}").upper(),
        "dob": person.born.isoformat(),
        "ssn": None if person.number % 13 == 0 else int(person.tax_id),
        "mail": person.email.upper(),
        "phone": f"+1 202 555 {person.number % 10_000:04d}",
        "town": town,
        "state": state.lower(),
        "since_epoch": int(datetime(2010, 1, 1, tzinfo=UTC).timestamp()) + person.number * 100_000,
    }
    return row | other


def _customers(folder: Path, day: int, all_customers: list[Person]) -> None:
    new, known = all_customers[-40:], all_customers[:-40]
    first = _day_1(known, new)
    if day == 1:
        load = [customer("I", LOADED, person) for person in known]
        second_accounts = [
            customer("I", LOADED, person, customer_id=900_000 + person.number) for person in known[::50]
        ]
        write_parquet(folder / "LOAD00000001.parquet", load + second_accounts + load[::90], CUSTOMER)
        write_parquet(folder / "20261101-130000000.parquet", first, CUSTOMER)
        return
    write_parquet(folder / "20261102-080000000.parquet", first, CUSTOMER)  # sent again under a new name
    write_parquet(folder / "20261102-090000000.parquet", _late(known), CUSTOMER)
    write_parquet(folder / "20261102-130000000.parquet", _day_2(known, new) + _malformed(known), CUSTOMER)


def _day_1(known: list[Person], new: list[Person]) -> list[Row]:
    later = DAY_1 + timedelta(minutes=5)
    return [
        *(customer("I", DAY_1, person) for person in new[:20]),
        *(customer("U", DAY_1, person, moves=1) for person in known[10:40]),
        *(customer("U", later, person, moves=2) for person in known[10:20]),
        *(customer("D", DAY_1, person) for person in known[50:60]),
        *(customer("I", later, person, moves=3) for person in known[50:53]),
    ]


def _late(known: list[Person]) -> list[Row]:
    """Committed before day 1's changes, delivered after them."""
    at = DAY_1 - timedelta(hours=3)
    return [customer("U", at, person, moves=5) for person in known[15:25] + known[55:58] + known[70:75]]


def _day_2(known: list[Person], new: list[Person]) -> list[Row]:
    return [
        *(customer("I", DAY_2, person) for person in new[20:]),
        *(customer("U", DAY_2, person, moves=4) for person in known[100:130]),
        *(customer("D", DAY_2, person) for person in known[130:136]),
        *(customer("I", DAY_2, person, moves=1) for person in known[56:58]),
        *({"Op": "D", "commit_ts": DAY_2, "customer_id": key(person)} for person in known[136:138]),
    ]


def _malformed(known: list[Person]) -> list[Row]:
    """An impossible date, no key, no commit time."""
    return [
        customer("U", DAY_2, known[140], dob="1985-02-31"),
        customer("U", DAY_2, known[141], customer_id=None),
        customer("U", DAY_2, known[142], commit_ts=None),
    ]


def interaction(op: str, at: datetime, number: int, person: Person, draw: Random, **other: Any) -> Row:
    start = datetime(2026, 1, 5, 9, 0, tzinfo=UTC) + timedelta(minutes=113 * number % 400_000)
    row = {
        "Op": op,
        "commit_ts": at,
        "interaction_id": number,
        "customer_id": key(person),
        "channel": draw.choice(CHANNELS),
        "occurred_ms": int(start.timestamp() * 1000) + number % 1000,
        "duration_s": draw.randrange(5, 3_600),
    }
    return row | other


def _interactions(folder: Path, day: int, customers: list[Person], draw: Random) -> None:
    count = 2 * len(customers)
    load = [interaction("I", LOADED, n, draw.choice(customers), draw) for n in range(1, count)]
    first = [interaction("I", DAY_1, count + n, draw.choice(customers), draw) for n in range(40)]
    first += [row | {"Op": "D", "commit_ts": DAY_1} for row in load[:5]]
    second = [interaction("I", DAY_2, count + 40 + n, draw.choice(customers), draw) for n in range(40)]
    second += [interaction("U", DAY_2, count + 1, customers[0], draw, duration_s=-1)]
    if day == 1:
        write_parquet(folder / "LOAD00000001.parquet", load, INTERACTION)
        write_parquet(folder / "20261101-130000000.parquet", first, INTERACTION)
    else:
        write_parquet(folder / "20261102-130000000.parquet", second, INTERACTION)
