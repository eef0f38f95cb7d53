"""Log lines for machines: one JSON object each, with the job's fields, without secrets."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import etl_core
from etl_core.runtime.logging import json_formatter

CONTEXT = {"job_name": "nightly", "attempt": 1, "run_id": "r1"}


def line(message: str, *arguments: object, **more: Any) -> dict[str, Any]:
    record = logging.getLogger("strata.run").makeRecord(
        "strata.run",
        logging.WARNING,
        "f.py",
        1,
        message,
        arguments,
        more.get("exc_info"),
        extra=more.get("extra"),
    )
    text = json_formatter(CONTEXT).format(record)
    assert "\n" not in text
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_a_line_says_when_who_and_what() -> None:
    parsed = line("%s: %d rows", "raw.größe", 3, extra={"table": "raw.größe", "rows_read": 3})
    assert abs((datetime.now(UTC) - datetime.fromisoformat(parsed.pop("timestamp"))).total_seconds()) < 60
    assert parsed == {
        "level": "WARNING",
        "logger": "strata.run",
        "message": "raw.größe: 3 rows",
        "table": "raw.größe",
        "rows_read": 3,
        **CONTEXT,
    }


def test_an_exception_stays_in_its_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        parsed = line("broken", exc_info=sys.exc_info())
    assert parsed["exc_info"].endswith("ValueError: first\nsecond")


def test_secrets_are_masked_wherever_they_stand() -> None:
    try:
        raise ValueError("jdbc:postgresql://me:hunter22@db/crm")
    except ValueError:
        parsed = line(
            "password=hunter22", extra={"uri": "https://me:hunter22@host/x"}, exc_info=sys.exc_info()
        )
    assert "hunter22" not in json.dumps(parsed)
    assert parsed["message"] == "password=***"


CODE = """
import logging
from etl_core.runtime.logging import configure_json
logging.basicConfig(format="someone else's %(message)s")
configure_json({"attempt": 0})
logging.getLogger("strata.run").info("one")
logging.getLogger("py4j").info("noise")
configure_json({"attempt": 0, "run_id": "r"})
logging.getLogger("jobs").warning("two")
"""


def test_every_line_of_the_process_is_json_and_comes_once() -> None:
    root = Path(etl_core.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(text) for text in done.stderr.splitlines()]
    assert [(one["message"], one.get("run_id")) for one in lines] == [("one", None), ("two", "r")]
    assert done.stdout == ""
