"""GreatFin's landing area read by hand: what each day brings, as records with their place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Record = dict[str, Any]
Place = tuple[int, str, int]  # 0 full load or 1 changes, file name, row


def fingerprints(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def new_files(folder: Path, before: dict[Path, bytes]) -> list[Path]:
    return [file for file, content in fingerprints(folder).items() if before.get(file) != content]


def _phase(file: Path) -> int:
    return 0 if file.name.startswith("LOAD") else 1


def dms_csv(file: Path, names: list[str]) -> Iterator[tuple[Place, Record | None]]:
    """None for a line with too few or too many fields."""
    phase = _phase(file)
    columns = ["Op", *names] if phase else names
    with file.open(encoding="utf-8", newline="") as text:
        for number, line in enumerate(csv.reader(text)):
            values = [value or None for value in line]
            record = dict(zip(columns, values, strict=False)) if len(line) == len(columns) else None
            yield (phase, file.name, number), record


def dms_parquet(file: Path) -> Iterator[tuple[Place, Record | None]]:
    for number, record in enumerate(pq.read_table(file).to_pylist()):
        yield (_phase(file), file.name, number), record


def header_csv(file: Path, folder: Path) -> Iterator[tuple[Place, Record | None]]:
    with file.open(encoding="utf-8", newline="") as text:
        lines = csv.reader(text)
        header = next(lines)
        for number, line in enumerate(lines):
            record = (
                dict(zip(header, (value or None for value in line), strict=True))
                if len(line) == len(header)
                else None
            )
            yield (0, str(file.relative_to(folder)), number), record


def json_lines(file: Path, folder: Path) -> Iterator[tuple[Place, Record | None]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            record = None
        yield (0, str(file.relative_to(folder)), number), record
