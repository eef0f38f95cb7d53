"""Core banking A by AWS DMS: CSV without header, text keys, dates as 31.12.2026, money with a point.

Columns of a customer: number, last name, first name, birth date, tax id, e-mail, city, state,
modified. Columns of an interaction: number, customer, kind, time, amount, note.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from etl_core.demo.files import Cell, csv_text, write_csv
from etl_core.demo.people import CITIES, NAMESAKE_EVERY, Person, in_core_a, rng

KINDS = ("BR", "PH", "WB", "AP")
NOTES = ("", "asked about rates", 'said "call me back"', "complaint, solved", "new card")
LOADED = datetime(2026, 10, 31, 22, 0)
MORNING, NOON, EVENING, NEXT_DAY, NEXT_EVENING = (
    "20261101-090000000", "20261101-120000000", "20261101-150000000",
    "20261102-101500123", "20261102-161500123",
)  # fmt: skip

Row = tuple[Cell, ...]


def write(landing: Path, day: int, everyone: list[Person], seed: int, scale: int) -> None:
    customers = [person for person in everyone if in_core_a(person)]
    _customers(landing / "core_a" / "customer", day, customers)
    draw = rng(seed, scale, "core_a.interaction")
    _interactions(landing / "core_a" / "interaction", day, customers, draw)


def key(person: Person) -> str:
    return f"A-{person.number:06d}"


def customer(person: Person, modified: datetime, *, moves: int = 0, **other: Cell) -> Row:
    """One customer row; `moves` picks another city than the person's own."""
    city, state = CITIES[(CITIES.index((person.city, person.state)) + moves) % len(CITIES)]
    untaxed = person.number % 11 == 0 or person.number % (2 * NAMESAKE_EVERY) == 2
    tax = f"{person.tax_id[:3]}-{person.tax_id[3:5]}-{person.tax_id[5:]}"
    cells: dict[str, Cell] = {
        "number": key(person),
        "last": person.last,
        "first": person.first,
        "born": f"{person.born:%d.%m.%Y}",
        "tax": None if untaxed else tax,
        "email": person.email,
        "city": city,
        "state": state,
        "modified": f"{modified:%d.%m.%Y %H:%M:%S}",
    }
    return tuple((cells | other).values())


def _customers(folder: Path, day: int, all_customers: list[Person]) -> None:
    new, known = all_customers[-60:], all_customers[:-60]
    evening = csv_text(_evening(known))
    if day == 1:
        load = [customer(person, LOADED) for person in known]
        write_csv(folder / "LOAD00000001.csv", load + load[::100])  # some rows come twice
        write_csv(folder / f"{MORNING}.csv", _morning(known, new))
        write_csv(folder / f"{EVENING}.csv", (), tail=evening)
        return
    write_csv(folder / f"{EVENING}.csv", (), tail=evening)  # sent again, byte for byte
    write_csv(folder / f"{NOON}.csv", _late(known))
    write_csv(folder / f"{NEXT_DAY}.csv", _next_day(known, new) + _malformed(known))
    write_csv(folder / f"{NEXT_EVENING}.csv", _next_evening(known))


def _morning(known: list[Person], new: list[Person]) -> list[Row]:
    at = datetime(2026, 11, 1, 9, 0)
    inserts = [("I", *customer(person, at)) for person in new[:30]]
    updates = [("U", *customer(person, at, moves=1)) for person in known[10:60]]
    deletes = [("D", *customer(person, at)) for person in known[60:70]]
    return [*inserts, *updates, *deletes]


def _evening(known: list[Person]) -> list[Row]:
    """Updates, deletes that late updates will try to undo, and re-inserts of deleted customers."""
    at = datetime(2026, 11, 1, 15, 0)
    updates = [("U", *customer(person, at, moves=2)) for person in known[10:30]]
    deletes = [("D", *customer(person, at)) for person in known[30:35]]
    returns = [("I", *customer(person, at, moves=3)) for person in known[60:64]]
    return [*updates, *deletes, *returns]


def _late(known: list[Person]) -> list[Row]:
    """Written at noon of day 1, delivered on day 2: only rows nobody changed since may change."""
    at = datetime(2026, 11, 1, 12, 0)
    return [("U", *customer(person, at, moves=5)) for person in known[25:33] + known[90:95]]


def _next_day(known: list[Person], new: list[Person]) -> list[Row]:
    at = datetime(2026, 11, 2, 10, 15)
    inserts = [("I", *customer(person, at)) for person in new[30:]]
    updates = [("U", *customer(person, at, moves=4)) for person in known[100:140]]
    again = [("U", *customer(person, at, moves=6)) for person in known[100:110]]
    deletes = [("D", *customer(person, at)) for person in known[140:148]]
    bare = [("D", key(person), *[None] * 8) for person in known[148:150]]  # keys only
    return [*inserts, *updates, *again, *deletes, *bare]


def _malformed(known: list[Person]) -> list[Row]:
    """An impossible date after a good update, no key, a bad e-mail, an unknown operation, a short row."""
    at = datetime(2026, 11, 2, 10, 15)
    first, second, third, fourth, fifth = known[150:155]
    return [
        ("U", *customer(first, at, moves=1)),
        ("U", *customer(first, at, moves=2, born="31.02.1985")),
        ("U", *customer(second, at, number=None)),
        ("U", *customer(third, at, email="none")),
        ("Q", *customer(fourth, at)),
        ("U", *customer(fifth, at)[:4]),
    ]


def _next_evening(known: list[Person]) -> list[Row]:
    at = datetime(2026, 11, 2, 16, 15)
    return [("I", *customer(person, at, moves=1)) for person in known[140:143] + known[30:31]]


def interaction(number: int, person: Person, at: datetime, draw: Random, **other: Cell) -> Row:
    cells: dict[str, Cell] = {
        "number": f"IA-{number:07d}",
        "customer": key(person),
        "kind": draw.choice(KINDS),
        "at": f"{at:%d.%m.%Y %H:%M}",
        "amount": f"{draw.randrange(0, 500_000) / 100:.2f}",
        "note": draw.choice(NOTES),
    }
    return tuple((cells | other).values())


def _interactions(folder: Path, day: int, customers: list[Person], draw: Random) -> None:
    start = datetime(2026, 1, 5, 9, 0)
    load = [
        interaction(number, draw.choice(customers), start + timedelta(minutes=97 * number % 400_000), draw)
        for number in range(1, 2 * len(customers))
    ]
    fresh = len(load) + 1
    at = datetime(2026, 11, 1, 8, 0)
    first = [("I", *interaction(fresh + i, draw.choice(customers), at, draw)) for i in range(40)]
    first += [("D", *load[i]) for i in range(5)]
    second = [("I", *interaction(fresh + 40 + i, draw.choice(customers), at, draw)) for i in range(40)]
    second += [
        ("I", *interaction(fresh + 80, customers[0], at, draw, kind="FX")),  # no such channel
        ("U", *interaction(11, customers[0], at, draw, amount="12,50 USD")),
        ("U", *interaction(12, customers[0], at, draw)[:3]),
    ]
    if day == 1:
        write_csv(folder / "LOAD00000001.csv", load)
        write_csv(folder / f"{EVENING}.csv", first)
    else:
        write_csv(folder / f"{EVENING}.csv", first)  # sent again, byte for byte
        write_csv(folder / f"{NEXT_DAY}.csv", second, tail="I,IA-9999999,A-0000")
