"""`strata validate` and `strata schema` as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from benchmarks.validate_1000_tables import REPOSITORY, write_project
from etl_core.cli.main import app
from tests.unit.config.small_project import DAILY, LOCAL, ORDERS, edited, write


def strata(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_success_says_how_many_tables(tmp_path: Path) -> None:
    done = strata("validate", "--project", write(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "2 tables, no problems\n")


def test_problems_are_grouped_by_file_with_their_line_and_a_caret(tmp_path: Path) -> None:
    changes = edited(ORDERS, "mode: append", "mode: apend") | {DAILY: "table: [\n"}
    done = strata("validate", "--project", write(tmp_path, changes))
    assert done.exit_code == 2
    assert done.stdout == (
        f"{DAILY}\n"
        "   2:1  not YAML: did not find expected node content, while parsing a flow node\n"
        "        check indentation, brackets and quotes on this line and the one above\n"
        "\n"
        f"{ORDERS}\n"
        "   5:9  `mode` must be one of append, overwrite, overwrite_partitions, merge, cdc, snapshot;"
        " found `apend`\n"
        "      |   mode: apend\n"
        "      |         ^\n"
        "        did you mean `append`?\n"
        "\n"
        "2 tables, 2 problems\n"
    )


def test_json_is_pure(tmp_path: Path) -> None:
    changes = edited(ORDERS, "mode: append", "mode: apend")
    done = strata("validate", "--json", "--project", write(tmp_path, changes))
    assert done.exit_code == 2
    said = json.loads(done.stdout)
    assert said["tables"] == 2
    (problem,) = said["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == (ORDERS, 5, 9)
    assert problem["hint"] == "did you mean `append`?"
    good = json.loads(strata("validate", "--json", "--project", write(tmp_path)).stdout)
    assert good == {"tables": 2, "problems": []}


def test_another_environment(tmp_path: Path) -> None:
    root = write(tmp_path, {"conf/environments/prod.yaml": "profile: glue-9\nwarehouse: w\n"})
    assert strata("validate", "--project", root).exit_code == 0
    done = strata("validate", "--env", "prod", "--project", root)
    assert done.exit_code == 2
    assert "conf/environments/prod.yaml" in done.stdout
    assert LOCAL not in done.stdout


def test_no_project(tmp_path: Path) -> None:
    done = strata("validate", "--project", tmp_path)
    assert done.exit_code == 2
    assert "strata init" in done.stdout


def test_a_thousand_tables_without_spark_or_aws(tmp_path: Path) -> None:
    """The time is the benchmark's; the limit here only catches work that grows with the square."""
    write_project(tmp_path, 1000)
    code = (
        "import sys; from pathlib import Path\n"
        "from etl_core.cli.main import main\n"
        "try: main(['validate', '--project', sys.argv[1]])\n"
        "except SystemExit as done: print(done.code)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'pyspark', 'boto3', 'py4j'}))\n"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    assert done.stdout == "1000 tables, no problems\n0\n[]\n"
    assert time.monotonic() - start < 20


def test_schema_prints_one_or_all() -> None:
    every = json.loads(strata("schema").stdout)
    assert list(every) == ["project", "environment", "source", "table", "schedules"]
    table = json.loads(strata("schema", "table").stdout)
    assert table == every["table"]
    assert table["required"] == ["table", "target"]
    assert table["additionalProperties"] is False
    assert table["$defs"]["Target"]["properties"]["mode"]["enum"][0] == "append"
    short, long = table["properties"]["inputs"]["patternProperties"].popitem()[1]["anyOf"]
    assert short["type"] == "string", "an input may be written as the table's name alone"
    assert long == {"$ref": "#/$defs/Input"}


def test_schema_lets_a_variable_stand_for_a_number() -> None:
    threads = json.loads(strata("schema", "environment").stdout)["properties"]["threads"]
    number, variable = threads["anyOf"]
    assert (number["type"], number["minimum"]) == ("integer", 1)
    assert variable["pattern"] == r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"
    assert threads["default"] == 2


def test_an_unknown_kind_of_schema() -> None:
    from etl_core.errors import ConfigError

    done = strata("schema", "tabel")
    assert isinstance(done.exception, ConfigError)
    assert done.exception.hint == "did you mean 'table'?"


def test_wire_writes_schemas_and_inserts_the_comment_once(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / LOCAL).write_bytes(b"profile: glue-5.1\r\nwarehouse: w\r\n")
    assert strata("schema", "--wire", "--project", root).exit_code == 0
    first = "# yaml-language-server: $schema="
    assert (
        (root / ORDERS).read_text().startswith(f"{first}../../.schema/table.schema.json\ntable: raw.orders\n")
    )
    assert (root / "conf/strata.yaml").read_text().startswith(f"{first}.schema/project.schema.json\n")
    assert (root / LOCAL).read_bytes().startswith(f"{first}../.schema/environment.schema.json\r\n".encode())
    assert (root / LOCAL).read_bytes().count(b"\r\n") == 3
    assert "properties" in json.loads((root / "conf/.schema/table.schema.json").read_text())
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    assert "wired" not in strata("schema", "--wire", "--project", root).stdout
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before
    assert strata("validate", "--project", root).exit_code == 0, "the comment moves nothing but lines"


def test_out_writes_only_what_was_asked_for(tmp_path: Path) -> None:
    done = strata("schema", "source", "--out", tmp_path / "s", "--project", tmp_path)
    assert done.exit_code == 0
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["source.schema.json"]


@pytest.mark.parametrize("text", ["a\ttab: [x\n", "\ta: b\n"])
def test_a_caret_stands_below_its_character_behind_tabs(tmp_path: Path, text: str) -> None:
    lines = strata("validate", "--project", write(tmp_path, {ORDERS: text})).stdout.splitlines()
    carets = [n for n, line in enumerate(lines) if line.strip() == "| ^" or line.rstrip().endswith("^")]
    assert all("\t" not in lines[n - 1] for n in carets)
