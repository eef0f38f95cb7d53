"""Campaign leads from Salesforce by AppFlow: a folder a run, JSON lines, nested, by LastModifiedDate."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from etl_core.demo.files import write_json_lines
from etl_core.demo.people import Person, rng

CAMPAIGNS = (("C-100", "Autumn savings"), ("C-200", "Private banking evening"), ("C-300", "Home loans"))
STATUSES = ("Open", "Contacted", "Qualified", "Closed")

Record = dict[str, Any]


def write(landing: Path, day: int, everyone: list[Person], seed: int, scale: int) -> None:
    folder = landing / "salesforce" / "lead"
    draw = rng(seed, scale, "salesforce")
    contacted = [person for person in everyone if person.number % 5 in (1, 3, 4)]
    records = [_lead(person, draw) for person in contacted]
    new, known = records[-60:], records[:-60]
    if day == 1:
        write_json_lines(folder / "run-20261101T020000" / "leads-1.json", known[: len(known) // 2])
        write_json_lines(folder / "run-20261101T020000" / "leads-2.json", known[len(known) // 2 :])
        changed = [_changed(record, "2026-11-01T11:30", draw) for record in known[20:60]]
        write_json_lines(folder / "run-20261101T140000" / "leads-1.json", changed + new[:30])
        return
    changed = [_changed(record, "2026-11-02T09:05", draw) for record in known[50:80]]
    deleted = [_changed(record, "2026-11-02T09:10", draw, IsDeleted=True) for record in known[80:85]]
    late = [_changed(record, "2026-11-01T10:00", draw) for record in known[30:40]]
    torn = json.dumps(known[200], ensure_ascii=False)[:70]
    write_json_lines(folder / "run-20261102T020000" / "leads-1.json", new[30:] + late)
    write_json_lines(
        folder / "run-20261102T140000" / "leads-1.json",
        changed + deleted + _malformed(known, draw),
        tail=torn,
    )


def _malformed(known: list[Record], draw: Random) -> list[Record]:
    """No id, an income in words, no time of change."""
    at = "2026-11-02T09:15"
    return [
        _changed(known[90], at, draw, Id=None),
        _changed(known[91], at, draw, AnnualIncome="about 90k"),
        _changed(known[92], at, draw, LastModifiedDate=None),
    ]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _lead(person: Person, draw: Random) -> Record:
    created = datetime(2025, 3, 1, 8, 0) + timedelta(minutes=draw.randrange(820_000))
    campaign, name = draw.choice(CAMPAIGNS)
    return {
        "Id": f"00Q{person.number:012d}",
        "CreatedDate": _stamp(created),
        "LastModifiedDate": _stamp(created),
        "IsDeleted": False,
        "Name": f"{person.first} {person.last}",
        "Status": draw.choice(STATUSES),
        "Contact": {
            "Email": person.email.replace("@example", "@Example"),
            "Phone": f"(202) 555-{person.number % 10_000:04d}",
        },
        "Address": {"City": person.city, "State": person.state, "Country": "US"},
        "Campaign": {"Id": campaign, "Name": name},
        "AnnualIncome": draw.randrange(20, 400) * 1000,
    }


def _changed(record: Record, at: str, draw: Random, **other: Any) -> Record:
    return record | {"Status": draw.choice(STATUSES), "LastModifiedDate": f"{at}:00.000+0000"} | other
