"""docker/: what can be known of it without a Docker engine, and its entry script with spark-submit played."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from modules import ROOT

from etl_core.runtime.jars import locked

DOCKER = ROOT / "docker"
PROFILE = "glue-5.1"
COPY = re.compile(r"^COPY (?:--chown=\S+ )?(?P<sources>.+) \S+$", re.MULTILINE)
MADE = "build/docker/"  # by `make docker-build`


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)$", text, re.MULTILINE)
    return {name.lower(): version for name, version in found}


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (DOCKER / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return found


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False, cwd=DOCKER
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN sudo apt-get install git\n")
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, tmp_path / "Dockerfile"], capture_output=True, text=True, check=False)
    assert "DL3006" in done.stdout  # no tag
    assert done.returncode


def test_the_compose_file_is_one(tmp_path: Path, compose: dict[str, dict[str, dict[str, object]]]) -> None:
    """By the schema of the Compose specification, as check-jsonschema brings it."""
    assert checked(DOCKER / "compose.yaml") == 0
    (tmp_path / "other.yaml").write_text(yaml.safe_dump({**compose, "imagine": 1}))
    assert checked(tmp_path / "other.yaml") == 1


def checked(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_what_compose_names_is_there(
    dockerfile: str, compose: dict[str, dict[str, dict[str, object]]]
) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", dockerfile, re.MULTILINE))
    builds = [service["build"] for service in compose["services"].values() if "build" in service]
    assert {build["target"] for build in builds} == stages  # type: ignore[index]
    for build in builds:
        assert (DOCKER / build["context"] / build["dockerfile"]).samefile(DOCKER / "Dockerfile")  # type: ignore[index]
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])  # type: ignore[call-overload]


def test_what_is_copied_is_there_and_not_ignored(dockerfile: str) -> None:
    sources = {name for match in COPY.finditer(dockerfile) for name in match["sources"].split()}
    assert [name for name in sources - {MADE} if not (ROOT / name).exists()] == []
    lines = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = tuple(line.removeprefix("!") for line in lines if line.startswith("!"))
    assert [name for name in sources if not name.startswith(let_in)] == []
    assert [name for name in let_in if not (ROOT / name).exists() and name != MADE.rstrip("/")] == []


def test_versions_are_those_of_the_profile_and_of_constraints(
    dockerfile: str, compose: dict[str, dict[str, dict[str, object]]]
) -> None:
    image = re.search(r"^FROM public\.ecr\.aws/glue/aws-glue-libs:(\d+\.\d+)\.\d+ ", dockerfile, re.MULTILINE)
    assert image is not None
    assert f"glue-{image[1]}" == PROFILE
    lock = json.loads((ROOT / "etl_core/runtime/jars.lock.json").read_text())
    assert f"Spark {lock[PROFILE]['spark']} " in dockerfile
    constraints = pins((ROOT / "constraints.txt").read_text())
    assert compose["services"]["moto"]["image"] == f"motoserver/moto:{constraints['moto']}"
    requirements = pins((DOCKER / "requirements.txt").read_text())
    assert len(requirements) > 5
    assert {name: constraints.get(name) for name in requirements} == requirements


def test_the_image_says_which_jars_it_brings(dockerfile: str) -> None:
    provided = re.search(r'STRATA_PROVIDED="([^"]+)"', dockerfile)
    assert provided is not None
    groups = {group for jar in locked(PROFILE) for group in jar.groups}
    assert set(provided[1].split()) == groups - {"jdbc", "deequ"}


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """A bundle's folder, with a spark-submit beside it that prints its arguments."""
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "dqdl.jar").touch()
    submit = tmp_path / "spark-submit"
    submit.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    submit.chmod(0o755)
    return tmp_path


def started(bundle: Path, *arguments: str, **more: str) -> list[str]:
    """What docker/entry.sh started Spark with."""
    env = {key: value for key, value in os.environ.items() if key != "JOB_NAME"}
    env |= {"PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "STRATA_BUNDLE": str(bundle)}
    done = subprocess.run(
        [str(DOCKER / "entry.sh"), *arguments],
        cwd=ROOT,
        env={**env, "SPARK_SUBMIT": str(bundle / "spark-submit"), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_in_glues_image_a_job_starts_as_glue_starts_it(entry: Path) -> None:
    aws = {"AWS_ENDPOINT_URL": "http://moto:5000", "AWS_REGION": "eu-central-1"}
    found = started(entry, "run", "--select", "raw.*", JOB_NAME="greatfin", **aws)
    script = found.index(f"{entry}/scripts/strata_selection.py")
    assert found[script + 1 :] == ["--env", "docker", "--JOB_NAME", "greatfin", "--select", "raw.*"]
    settings = {found[n + 1] for n in range(script) if found[n] == "--conf"}
    extensions = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
    assert f"spark.sql.extensions={extensions}" in settings
    assert "spark.hadoop.fs.s3a.endpoint=http://moto:5000" in settings
    assert "spark.hadoop.fs.s3a.path.style.access=true" in settings
    assert found[found.index("--jars") + 1] == f"{entry}/jars/dqdl.jar"


def test_outside_it_a_job_brings_its_own_settings(entry: Path) -> None:
    assert started(entry, "run", "--select", "raw.*") == [
        f"{entry}/scripts/strata_selection.py",
        *("--env", "docker", "--select", "raw.*"),
    ]


def test_other_commands_are_run_as_they_are(entry: Path) -> None:
    assert started(entry, "echo", "some words") == ["some words"]
