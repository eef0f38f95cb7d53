"""`@table` leaves the function what it was."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import etl_core
from etl_core import TableJob, table
from etl_core.errors import ConfigError


@table("conformed.person")
def person(customers: list[int], cities: list[int], run: object = None) -> list[int]:
    """One row a person."""
    return customers + cities


def test_a_call_stays_a_plain_call() -> None:
    assert person([1], cities=[2]) == [1, 2]


def test_name_help_and_signature_stay() -> None:
    assert isinstance(person, TableJob)
    assert person.__doc__ == "One row a person."
    assert person.__name__ == "person"
    assert list(inspect.signature(person).parameters) == ["customers", "cities", "run"]
    assert person.__wrapped__([1], [2]) == [1, 2]


def test_a_job_knows_its_table_and_inputs() -> None:
    assert person.table == "conformed.person"
    assert person.inputs == ("customers", "cities")


@pytest.mark.parametrize("name", ["person", "a.b.c", "a.", "a.b;c", ""])
def test_what_is_no_table_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="not a table name"):
        table(name)


def test_the_name_stays_the_decorator_whatever_was_imported_before() -> None:
    importlib.import_module("etl_core.job")
    assert etl_core.table is table


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="tabel"):
        etl_core.tabel  # noqa: B018


def test_a_script_in_a_folder_without_a_project_leaves_with_exit_code_2(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        "from etl_core import table\n\n@table('a.b')\ndef b(x):\n    return x\n\nb.main()\n", "utf-8"
    )
    root = str(Path(etl_core.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: no project found")
