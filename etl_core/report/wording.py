"""How numbers, durations and outcomes read, the same on the terminal and in the HTML report."""

from __future__ import annotations

import unicodedata
from collections import Counter

from etl_core.errors import EXIT_CONFIG, EXIT_OK, EXIT_QUALITY, EXIT_RUNTIME
from etl_core.report.records import RunRecord, Status

WORDS: dict[Status, str] = {
    "done": "done",
    "nothing_new": "nothing new",
    "blocked": "blocked",
    "failed": "failed",
    "skipped": "skipped",
    "not_started": "not started",
}
SYMBOLS: dict[Status, str] = {
    "done": "✓",
    "nothing_new": "○",
    "blocked": "■",
    "failed": "✗",
    "skipped": "↷",
    "not_started": "…",
}
COLOURS: dict[Status, str] = {  # rich styles
    "done": "green",
    "nothing_new": "cyan",
    "blocked": "yellow",
    "failed": "red",
    "skipped": "bright_black",
    "not_started": "yellow",
}
EXIT_MEANINGS = {
    EXIT_OK: "done",
    EXIT_CONFIG: "the configuration was refused",
    EXIT_QUALITY: "a blocking rule failed",
    EXIT_RUNTIME: "a table failed at run time",
}


def exit_meaning(code: int) -> str:
    return EXIT_MEANINGS.get(code, "unknown")


def number(value: int) -> str:
    return f"{value:,}"


def compact(value: int) -> str:
    """At most six characters: 99,999 stays as it is, 4000000 is `4.0M`."""
    if abs(value) < 100_000:
        return number(value)
    size, units = value / 1000, "kMGTP"
    while abs(size) >= 999.5 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:.0f}{units[0]}" if abs(size) >= 99.95 else f"{size:.1f}{units[0]}"


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 3 min 05 s, 2 h 04 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def age(seconds: float) -> str:
    """How long ago, in one unit: `just now`, `5 min ago`, `3 h ago`, `12 d ago`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def plural(count: int, noun: str) -> str:
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def headline(record: RunRecord) -> str:
    """One or two words for the run as a whole."""
    if record.exit_code == EXIT_QUALITY:
        return "Blocked"
    if record.exit_code != EXIT_OK:
        failed = any(table.status == "failed" for table in record.tables)
        late = any(table.status == "not_started" for table in record.tables)
        return "Not finished" if late and not failed else "Failed"
    wrote = any(table.status == "done" for table in record.tables)
    return "Done" if wrote else "Nothing new"


def outcome(record: RunRecord) -> str:
    """The outcome in one sentence or two, the worst first."""
    counts = Counter(table.status for table in record.tables)
    if not counts:
        return "No table was part of this run."
    if set(counts) == {"nothing_new"}:
        return "Nothing new: no table was written."
    said = [_say(counts[status], phrase) for status, phrase in _PHRASES.items() if counts[status]]
    quarantined = sum(table.rows.quarantined for table in record.tables)
    verb = "was" if quarantined == 1 else "were"
    more = f" {plural(quarantined, 'row')} {verb} quarantined." if quarantined else ""
    return ", ".join(said) + "." + more


_PHRASES: dict[Status, tuple[str, str]] = {
    "failed": ("table failed", "tables failed"),
    "blocked": (
        "table was blocked by a rule and keeps its old data",
        "tables were blocked by rules and keep their old data",
    ),
    "not_started": (
        "table was not started before the job's time was up",
        "tables were not started before the job's time was up",
    ),
    "skipped": ("table was skipped", "tables were skipped"),
    "done": ("table is done", "tables are done"),
    "nothing_new": ("table had nothing new", "tables had nothing new"),
}


def _say(count: int, phrase: tuple[str, str]) -> str:
    return f"{number(count)} {phrase[count != 1]}"


def printable(text: str) -> str:
    """Text from data as one safe line: control characters and line breaks become visible signs, so
    that a value can neither move a terminal's cursor nor forge a line."""
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\n\r\t":
        return {"\n": "⏎", "\r": "␍", "\t": " "}[char]
    return "�" if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char
