"""Writing source files so that equal input gives equal bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Cell = str | int | None


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180 lines ending in a line feed; None is an unquoted empty field."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def write_csv(path: Path, rows: Iterable[Sequence[Cell]], *, tail: str = "") -> None:
    """`tail` is written as it is after the last row: a torn line, for example."""
    write_text(path, csv_text(rows) + tail)


def write_json_lines(path: Path, records: Iterable[dict[str, Any]], *, tail: str = "") -> None:
    lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
    write_text(path, "".join(lines) + tail)


def write_parquet(path: Path, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)
