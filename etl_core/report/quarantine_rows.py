"""Single quarantined rows: on the terminal, as JSON, as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from etl_core.names import EPOCH, PHASE, ROW, RUN_ID, SOURCE_FILE
from etl_core.report.quarantine import Row, moment
from etl_core.report.rows import plain, write_json
from etl_core.report.wording import age, plural, printable

CSV_COLUMNS = ("reason", "rules", "errors", "row", "file", "file_row", "run", "at")


def matching(rows: Iterable[Row], *, run: str = "", rule: str = "") -> Iterator[Row]:
    """Rows of the run `run` and with `rule` in the text of a rule they failed or of their reason, in
    whatever case; "" asks for nothing."""
    wanted = rule.lower()
    for row in rows:
        said = [str(row["reason"]), *map(str, _list(row["rules"]))]
        if (not run or row[RUN_ID] == run) and any(wanted in text.lower() for text in said):
            yield row


def print_quarantined(rows: Iterable[Row], console: Console, now: datetime) -> None:
    """A block a row: why, what was wrong with which value, the row, and where it came from."""
    count = 0
    for row in rows:
        count += 1
        console.print(Text(printable(str(row["reason"])), style="bold"))
        for line in (*_errors(row), Text(printable(str(row["row"]))), _place(row, now)):
            console.print(Padding(line, (0, 0, 0, 2)))
    console.print(Text(plural(count, "row"), style="dim"))


def write_quarantined_json(rows: Iterable[Row], out: TextIO) -> None:
    """One JSON array, a row a line; `row` as it is: JSON in a text, or the line as received."""
    write_json((_record(row) for row in rows), out)


def write_quarantined_csv(rows: Iterable[Row], out: TextIO) -> None:
    """RFC 4180 with a header; rules and errors as JSON."""
    writer = csv.DictWriter(out, CSV_COLUMNS)
    writer.writeheader()
    for row in rows:
        record = _record(row)
        for name in ("rules", "errors"):
            record[name] = json.dumps(record[name], ensure_ascii=False)
        writer.writerow({name: record[name] for name in CSV_COLUMNS})


def _record(row: Row) -> dict[str, object]:
    at = moment(row)
    record = {
        "reason": row["reason"],
        "rules": plain(_list(row["rules"])),
        "errors": plain(_list(row["errors"])),
        "row": row["row"],
        "file": row[SOURCE_FILE],
        "file_row": row[ROW],
        "run": row[RUN_ID],
        "at": at.isoformat() if at else None,
    }
    return record | {name: row[name] for name in (EPOCH, PHASE) if row.get(name) is not None}


def _errors(row: Row) -> Iterator[Text]:
    """Only of columns: of the row as a whole the reason says it all."""
    for error in _list(row["errors"]):
        if isinstance(error, Mapping) and error.get("column") is not None:
            value = "NULL" if error["value"] is None else json.dumps(error["value"], ensure_ascii=False)
            yield Text.assemble(
                (printable(f"{error['column']} = {value}"), "red"), f": {printable(str(error['reason']))}"
            )


def _place(row: Row, now: datetime) -> Text:
    at = moment(row)
    file = f"{row[SOURCE_FILE]}, row {row[ROW]}; " if row[SOURCE_FILE] is not None else ""
    since = f" ({age((now - at).total_seconds())})" if at else ""
    return Text(printable(f"{file}run {row[RUN_ID]}{since}"), style="bright_black")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
