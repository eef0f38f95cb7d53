"""Purchased person attributes: a CSV with header, the whole list once a month."""

from __future__ import annotations

from pathlib import Path

from etl_core.demo.files import Cell, write_csv
from etl_core.demo.people import Person

HEADER = ("vendor_id", "as_of", "person", "email", "zip", "net_worth", "segment")
OCTOBER, NOVEMBER = "2026-10-01", "2026-11-01"
BANDS = ("A", "B", "C", "D")

Row = tuple[Cell, ...]


def write(landing: Path, day: int, everyone: list[Person]) -> None:
    """Day 2 sends October again and November with one more column, bad rows and a torn end."""
    folder = landing / "data_vendor" / "person_attributes"
    sold = [person for person in everyone if person.number % 10 != 0]
    write_csv(folder / "person_attributes_202610.csv", [HEADER, *(_row(p, OCTOBER, 100) for p in sold)])
    if day == 2:
        header = (*HEADER, "credit_band")
        rows = [(*_row(p, NOVEMBER, 103), BANDS[p.number % 4]) for p in sold[20:]]  # 20 are not sold any more
        bad = _malformed(rows)
        good = [row for index, row in enumerate(rows) if index not in (5, 6, 7, 8)]
        write_csv(
            folder / "person_attributes_202611.csv",
            [header, *good, *bad],
            tail='V0099999,2026-11-01,"Torn, Pe',
        )


def _malformed(rows: list[Row]) -> list[Row]:
    """A net worth in words, a short row, no key, a net worth below zero."""
    words, short, keyless, negative = rows[5:9]
    return [
        (*words[:5], "unknown", *words[6:]),
        short[:4],
        (None, *keyless[1:]),
        (*negative[:5], -100, *negative[6:]),
    ]


def _row(person: Person, as_of: str, percent: int) -> Row:
    return (
        f"V{person.number:07d}",
        as_of,
        f"{person.last}, {person.first}",
        person.email,
        f"{10_000 + person.number * 37 % 89_999:05d}",
        person.net_worth * percent // 100,
        person.segment,
    )
