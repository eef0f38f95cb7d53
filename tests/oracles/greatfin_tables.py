"""What all of GreatFin's tables must hold, and how to compare that with what they hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tests.oracles import greatfin as oracle
from tests.oracles import greatfin_business as business
from tests.oracles.events import Row

TABLES = [
    *(f"standardized.{name}" for name in oracle.sources(Path())),
    "conformed.person",
    "conformed.interaction",
    "conformed.leads",
    "enriched.top_leads_by_region",
]


def expected_tables(root: Path, sources: dict[str, oracle.Source]) -> dict[str, list[Row]]:
    std = {name: source.table.rows for name, source in sources.items()}
    regions = oracle.regions(root / "conf/reference/state_region/us_census_regions.csv")
    people = business.persons(std["customer_a"], std["customer_b"])
    leads = business.leads(std["lead"], std["person_attribute"], people, regions)
    return {
        **{f"standardized.{name}": held for name, held in std.items()},
        "conformed.person": people,
        "conformed.interaction": business.interactions(std["interaction_a"], std["interaction_b"], people),
        "conformed.leads": leads,
        "enriched.top_leads_by_region": business.top_leads(leads),
    }


def comparable(table: list[Row]) -> Counter[str]:
    """Rows as texts. A column that a table does not have (yet) is the same as NULL in it."""
    return Counter(
        repr(sorted((name, _plain(value)) for name, value in row.items() if value is not None))
        for row in table
    )


def _plain(value: Any) -> str:
    """Decimals of any scale are alike."""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
