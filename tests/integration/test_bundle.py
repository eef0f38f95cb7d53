"""`strata build` with nothing played: setup.py, pip and its index, and a clean environment that has only what
Glue brings. Needs the network as pip is configured; no Spark."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from etl_core.deploy.bundle.manifest import Manifest, load_manifest
from tests.integration.projects import REPOSITORY, environment, strata, write

PROJECT = {
    "conf/strata.yaml": "name: shop\nlayers: [raw, enriched]\n",
    "conf/environments/prod.yaml": "profile: glue-5.1\nwarehouse: lake\n",
    "conf/tables/raw/orders.yaml": "table: raw.orders\nsource: {path: landing}\ntarget: {mode: append}\n"
    "columns: [{name: id, type: int}]\n",
    "conf/tables/enriched/daily.yaml": "table: enriched.daily\ninputs: {orders: raw.orders}\n"
    "target: {mode: overwrite}\n",
    "jobs/enriched/daily.py": """\
from shopkit.words import NAME

from etl_core import table


@table("enriched.daily")
def daily(orders):
    return orders.withColumn("shop", NAME)


if __name__ == "__main__":
    daily.main()
""",
    "shopkit/__init__.py": "",
    "shopkit/words.py": 'NAME = "shop"\n',
}
# Started where no project is: what the job finds is the one that is installed.
CHECK = """
import json, runpy, sys
from etl_core.runtime.arguments import job_arguments
from etl_core.validate import validate
from pathlib import Path

arguments = job_arguments("enriched.daily", Path(sys.argv[1]), [])
project, problems = validate(arguments.project, arguments.env)
job = runpy.run_path(sys.argv[1])["daily"]  # the script imports the project's own package
print(json.dumps([arguments.env, len(problems), sorted(project.tables), job.table, job.inputs]))
"""


@pytest.fixture(scope="session", autouse=True)
def _shared_spark() -> None:
    """In place of conftest's: nothing here needs Spark."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, built twice, from two folders."""
    folder = tmp_path_factory.mktemp("bundle")
    for name in ("one", "two"):
        root = write(folder / f"{name}-project", PROJECT)
        strata(root, "build", "--env", "prod", "--out", str(folder / name))
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_building_twice_gives_equal_bytes(bundle: Path) -> None:
    first = digests(bundle / "one")
    assert first == digests(bundle / "two")
    manifest = json.loads((bundle / "one" / "manifest.json").read_text())
    assert manifest["strata_wheel"]["sha256"] == first[manifest["strata_wheel"]["path"]]


def test_this_machine_is_nowhere_in_what_was_built_here(bundle: Path) -> None:
    manifest = load_manifest(bundle / "one")
    for artifact in (manifest.strata_wheel, manifest.project_wheel, manifest.requirements):
        content = (bundle / "one" / artifact.path).read_bytes()
        for place in (str(bundle), str(REPOSITORY), sys.prefix):
            assert place.encode() not in content


def test_the_wheels_are_for_the_runtime(bundle: Path) -> None:
    """What Glue's documentation calls its compatible platform tags, and packaging's word for what fits."""
    platforms = ["manylinux_2_34_x86_64", "manylinux_2_28_x86_64", "manylinux2014_x86_64"]
    fitting = {*cpython_tags((3, 11), platforms=platforms), *compatible_tags((3, 11), platforms=platforms)}
    wheels = [Path(one.path).name for one in load_manifest(bundle / "one").wheelhouse]
    assert any(name.startswith("pydantic_core-") and "x86_64" in name for name in wheels)
    assert [name for name in wheels if not parse_wheel_filename(name)[3] & fitting] == []


def test_a_clean_environment_without_an_index_validates_and_loads_the_job(
    bundle: Path, tmp_path: Path
) -> None:
    manifest = load_manifest(bundle / "one")
    python = clean_environment(tmp_path / "venv", manifest)
    wheels = str(bundle / "one" / "wheels")
    options = ["--no-index", "--find-links", wheels, "--requirement", f"{wheels}/requirements.txt"]
    pip(python, "install", *options)
    pip(python, "check")
    assert json.loads(pip(python, "list", "--format", "json"))  # pip reads every RECORD and METADATA
    script = bundle / "one" / manifest.scripts[0].file.path
    done = subprocess.run(
        [str(python), "-c", CHECK, str(script)],
        cwd=tmp_path,
        env={key: value for key, value in environment().items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = ["prod", 0, ["enriched.daily", "raw.orders"], "enriched.daily", ["orders"]]
    assert json.loads(done.stdout) == expected


def clean_environment(folder: Path, manifest: Manifest) -> Path:
    """Python with what the bundle relies on Glue for, and nothing else."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip(python, "install", "--no-deps", *manifest.preinstalled)
    return python


def pip(python: Path, *arguments: str) -> str:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
