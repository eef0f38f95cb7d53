"""HR employees as AWS DMS delivers them: a full load without header, then changes with an operation."""

from __future__ import annotations

from pathlib import Path

from etl_core.demo.files import write_csv

FULL_LOAD = (
    (101, "Smith", "John", "7-Jun-15", "New York"),
    (102, "Brown", "Alice", "9-Oct-16", "Los Angeles"),
    (103, "Garcia", "Maria", "12-Mar-19", "Tampa"),
    (104, "Novák", "Petr", "16-Mar-19", "Tampa"),
)
CHANGES = (
    ("I", 101, "Smith", "John", "7-Jun-15", "New York"),
    ("U", 101, "Smith", "John", "7-Jun-15", "Los Angeles"),
    ("U", 101, "Smith", "John", "7-Jun-15", "Tampa"),
    ("D", 101, "Smith", "John", "7-Jun-15", "Tampa"),
)


def write(landing: Path, day: int) -> None:
    """Day 1: the full load. Day 2: one file of changes after which 102, 103 and 104 remain."""
    folder = landing / "hr" / "employee"
    if day == 1:
        write_csv(folder / "LOAD00000001.csv", FULL_LOAD)
    else:
        write_csv(folder / "20261102-101500123.csv", CHANGES)
