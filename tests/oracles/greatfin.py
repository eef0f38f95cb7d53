"""What GreatFin's raw and standardized tables must hold, computed from the landing area alone."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tests.oracles import greatfin_files as files
from tests.oracles.events import Event, KeyedTable, Row

CUSTOMER_A = ["no", "last", "first", "born", "tax", "email", "city", "state", "modified"]
INTERACTION_A = ["no", "customer", "kind", "at", "amount", "note"]
EMPLOYEE = ["emp_id", "last_name", "first_name", "hired_at", "city"]
KINDS = {"BR": "branch", "PH": "phone", "WB": "web", "AP": "app"}

Reader = Callable[[Path], Iterable[tuple[files.Place, files.Record | None]]]
Parse = Callable[[files.Record, files.Place], Event]


@dataclass
class Source:
    """One landing folder with its raw count and its standardized table."""

    folder: Path
    reader: Reader
    parse: Parse
    table: KeyedTable = field(default_factory=KeyedTable)
    raw_rows: int = 0
    raw_quarantined: int = 0
    seen: dict[Path, bytes] = field(default_factory=dict)

    def advance(self) -> None:
        """Take what is new in the folder as one batch."""
        batch = []
        for file in files.new_files(self.folder, self.seen):
            for place, record in self.reader(file):
                if record is None:
                    self.raw_quarantined += 1
                else:
                    self.raw_rows += 1
                    batch.append(self.parse(record, place))
        self.table.apply(batch)
        self.seen = files.fingerprints(self.folder)


def sources(landing: Path) -> dict[str, Source]:
    """By table name; call `advance` on each after every day."""
    leads, vendor = landing / "salesforce" / "lead", landing / "data_vendor" / "person_attributes"
    return {
        "employee": Source(landing / "hr/employee", lambda f: files.dms_csv(f, EMPLOYEE), employee),
        "customer_a": Source(
            landing / "core_a/customer", lambda f: files.dms_csv(f, CUSTOMER_A), customer_a,
            KeyedTable(lambda row: "@" in row["email"]),
        ),
        "interaction_a": Source(
            landing / "core_a/interaction", lambda f: files.dms_csv(f, INTERACTION_A), interaction_a,
            KeyedTable(lambda row: row["channel"] in KINDS.values()),
        ),
        "customer_b": Source(landing / "core_b/customer", files.dms_parquet, customer_b),
        "interaction_b": Source(
            landing / "core_b/interaction", files.dms_parquet, interaction_b,
            KeyedTable(lambda row: row["duration_seconds"] >= 0),
        ),
        "lead": Source(leads, lambda f: files.json_lines(f, leads), lead),
        "person_attribute": Source(
            vendor, lambda f: files.header_csv(f, vendor), attribute,
            KeyedTable(lambda row: row["net_worth"] >= 0),
        ),
    }  # fmt: skip


def regions(csv_file: Path) -> dict[str, str]:
    with csv_file.open(encoding="utf-8", newline="") as text:
        return {row["state"]: row["region"] for row in csv.DictReader(text)}


def _event(key: Any, order: Any, operation: str | None, make: Callable[[], Row]) -> Event:
    if operation == "D":
        return Event(key, order, None)
    if operation not in (None, "I", "U"):
        return Event(key, order, None, bad=f"operation {operation}")
    try:
        return Event(key, order, make())
    except (ValueError, InvalidOperation) as error:
        return Event(key, order, None, bad=str(error))


def _utc(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def employee(r: files.Record, place: files.Place) -> Event:
    return _event(
        int(r["emp_id"]), place, r.get("Op"),
        lambda: {
            "emp_id": int(r["emp_id"]), "last_name": r["last_name"], "first_name": r["first_name"],
            "hired_at": datetime.strptime(r["hired_at"], "%d-%b-%y").date(), "city": r["city"],
        },
    )  # fmt: skip


def customer_a(r: files.Record, place: files.Place) -> Event:
    return _event(
        r["no"], place, r.get("Op"),
        lambda: {
            "customer_id": r["no"], "last_name": r["last"], "first_name": r["first"],
            "birth_date": datetime.strptime(r["born"], "%d.%m.%Y").date(),
            "tax_id": r["tax"].replace("-", "") if r["tax"] else None, "email": r["email"].lower(),
            "city": r["city"], "state": r["state"], "updated_at": _utc(r["modified"], "%d.%m.%Y %H:%M:%S"),
        },
    )  # fmt: skip


def interaction_a(r: files.Record, place: files.Place) -> Event:
    return _event(
        r["no"], place, r.get("Op"),
        lambda: {
            "interaction_id": r["no"], "customer_id": r["customer"],
            "channel": KINDS.get(r["kind"], r["kind"]),
            "occurred_at": _utc(r["at"], "%d.%m.%Y %H:%M"), "amount": Decimal(r["amount"]), "note": r["note"],
        },
    )  # fmt: skip


def customer_b(r: files.Record, place: files.Place) -> Event:
    def row() -> Row:
        last, first = r["full_name"].split(", ")
        return {
            "customer_id": r["customer_id"], "last_name": last, "first_name": first,
            "birth_date": date.fromisoformat(r["dob"]), "tax_id": str(r["ssn"]) if r["ssn"] else None,
            "email": r["mail"].lower(), "phone": r["phone"], "city": r["town"], "state": r["state"].upper(),
            "customer_since": datetime.fromtimestamp(r["since_epoch"], UTC), "updated_at": r["commit_ts"],
        }  # fmt: skip

    order = (r["commit_ts"], *place) if r["commit_ts"] else None
    return _event(r["customer_id"], order, r["Op"], row)


def interaction_b(r: files.Record, place: files.Place) -> Event:
    return _event(
        r["interaction_id"], (r["commit_ts"], *place), r["Op"],
        lambda: {
            "interaction_id": r["interaction_id"], "customer_id": r["customer_id"], "channel": r["channel"],
            "occurred_at": datetime.fromtimestamp(r["occurred_ms"] // 1000, UTC).replace(
                microsecond=r["occurred_ms"] % 1000 * 1000
            ),
            "duration_seconds": r["duration_s"], "updated_at": r["commit_ts"],
        },
    )  # fmt: skip


def lead(r: files.Record, place: files.Place) -> Event:
    pattern = "%Y-%m-%dT%H:%M:%S.%f%z"
    changed = datetime.strptime(r["LastModifiedDate"], pattern) if r["LastModifiedDate"] else None
    return _event(
        r["Id"], (changed, *place) if changed else None, "D" if r["IsDeleted"] else None,
        lambda: {
            "lead_id": r["Id"], "created_at": datetime.strptime(r["CreatedDate"], pattern),
            "updated_at": changed, "is_deleted": False, "name": r["Name"], "status": r["Status"],
            "email": r["Contact"]["Email"], "phone": r["Contact"]["Phone"], "city": r["Address"]["City"],
            "state": r["Address"]["State"], "country": r["Address"]["Country"],
            "campaign_id": r["Campaign"]["Id"], "campaign_name": r["Campaign"]["Name"],
            "annual_income": Decimal(r["AnnualIncome"]),
        },
    )  # fmt: skip


def attribute(r: files.Record, place: files.Place) -> Event:
    return _event(
        r["vendor_id"], (date.fromisoformat(r["as_of"]), *place), None,
        lambda: {
            **r, "as_of": date.fromisoformat(r["as_of"]), "net_worth": Decimal(r["net_worth"]),
            "credit_band": r.get("credit_band"),
        },
    )  # fmt: skip
