"""What GreatFin's conformed and enriched tables must hold, from standardized rows, in plain Python."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import Any

Row = dict[str, Any]
MIN_NET_WORTH, LEADS_PER_REGION = 1_000_000, 10


def name_key(*names: str) -> str:
    text = unicodedata.normalize("NFKD", "".join(names).lower().replace("ł", "l"))
    return "".join(letter for letter in text if letter.isalpha() and letter.isascii())


def persons(customers_a: list[Row], customers_b: list[Row]) -> list[Row]:
    records = [
        {**row, "system": system, "ref": f"{system}:{row['customer_id']}"}
        for system, rows in (("core_a", customers_a), ("core_b", customers_b))
        for row in rows
    ]
    groups: dict[Any, list[Row]] = defaultdict(list)
    claims: dict[Any, set[str]] = defaultdict(set)
    for row in records:
        row["alike"] = (name_key(row["first_name"], row["last_name"]), row["birth_date"])
        if row["tax_id"]:
            claims[row["alike"]].add(row["tax_id"])
    for row in records:
        rivals = claims[row["alike"]]
        unclaimed = row["ref"] if rivals else row["alike"]
        key = row["tax_id"] or (next(iter(rivals)) if len(rivals) == 1 else unclaimed)
        groups[key].append(row)
    return [_person(rows) for rows in groups.values()]


def _person(rows: list[Row]) -> Row:
    newest = sorted(rows, key=lambda row: (row["updated_at"], row["ref"]), reverse=True)
    preferred = sorted(newest, key=lambda row: row["system"] != "core_a")

    def pick(column: str, order: list[Row]) -> Any:
        return next((row[column] for row in order if row.get(column) is not None), None)

    return {
        "person_id": min(row["ref"] for row in rows),
        **{column: pick(column, preferred) for column in ("first_name", "last_name", "birth_date", "tax_id")},
        **{column: pick(column, newest) for column in ("email", "phone", "city", "state")},
        "customer_refs": sorted(row["ref"] for row in rows),
        "customers": len(rows),
        "updated_at": newest[0]["updated_at"],
    }


def interactions(rows_a: list[Row], rows_b: list[Row], people: list[Row]) -> list[Row]:
    owner = {ref: person["person_id"] for person in people for ref in person["customer_refs"]}
    return [
        {
            "interaction_ref": f"{system}:{row['interaction_id']}",
            "person_id": owner.get(f"{system}:{row['customer_id']}"),
            "customer_ref": f"{system}:{row['customer_id']}",
            "channel": row["channel"],
            "occurred_at": row["occurred_at"],
            "amount": row.get("amount"),
            "duration_seconds": row.get("duration_seconds"),
        }
        for system, rows in (("core_a", rows_a), ("core_b", rows_b))
        for row in rows
    ]


def leads(rows: list[Row], attributes: list[Row], people: list[Row], regions: dict[str, str]) -> list[Row]:
    bought = {row["email"].lower(): row for row in attributes}
    by_mail: dict[str, str] = {}
    for person in people:
        by_mail[person["email"]] = min(person["person_id"], by_mail.get(person["email"], "~"))
    kept = ("lead_id", "name", "phone", "city", "state", "status", "campaign_name", "annual_income",
            "created_at", "updated_at")  # fmt: skip
    return [
        {
            **{column: row[column] for column in kept},
            "email": row["email"].lower(),
            "region": regions.get(row["state"], "Unknown"),
            "year": row["created_at"].year,
            "person_id": by_mail.get(row["email"].lower()),
            "net_worth": bought.get(row["email"].lower(), {}).get("net_worth"),
            "segment": bought.get(row["email"].lower(), {}).get("segment"),
        }
        for row in rows
    ]


def top_leads(all_leads: list[Row]) -> list[Row]:
    kept = ("region", "lead_id", "person_id", "name", "email", "phone", "city", "state", "net_worth",
            "segment", "campaign_name", "status")  # fmt: skip
    newest: dict[str, Row] = {}
    for row in sorted(all_leads, key=lambda row: (row["created_at"], row["lead_id"])):
        if row["net_worth"] is not None and row["net_worth"] >= MIN_NET_WORTH:
            newest[row["email"]] = row
    by_region = defaultdict(list)
    for row in sorted(newest.values(), key=lambda row: (-row["net_worth"], row["lead_id"])):
        by_region[row["region"]].append(row)
    return [
        {**{column: row[column] for column in kept}, "rank": rank}
        for rows in by_region.values()
        for rank, row in enumerate(rows[:LEADS_PER_REGION], start=1)
    ]
