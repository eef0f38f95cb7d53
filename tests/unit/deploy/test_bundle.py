"""`strata build` but for the network: Strata's own wheel and pip's downloads are stand-ins here, and real
in tests/integration/test_bundle.py."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from etl_core.cli.main import main
from etl_core.deploy.bundle import build as bundle
from etl_core.deploy.bundle.archive import Wheel
from etl_core.deploy.bundle.manifest import Manifest, load_manifest
from etl_core.deploy.bundle.pins import Pins
from etl_core.errors import ConfigError, EtlError

METADATA = b"Metadata-Version: 2.1\nName: strata-etl\nVersion: 1\nRequires-Dist: pydantic>=2\n"
STRATA = Wheel("strata_etl", "1", {"etl_core/x.py": b"", "transforms/__init__.py": b""}, METADATA)
PROJECT = {
    "conf/strata.yaml": "name: The Shop\nlayers: [raw, enriched]\n",
    "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: /only/here\n",
    "conf/environments/prod.yaml": "profile: glue-5.1\nwarehouse: lake\n",
    "conf/tables/raw/orders.yaml": """\
table: raw.orders
source: {path: landing/orders}
target: {mode: append, format: delta}
columns: [{name: id, type: int}]
quality: {rules: 'Rules = [ IsUnique "id" ]'}
""",
    "conf/tables/enriched/daily.yaml": """\
table: enriched.daily
inputs: {orders: raw.orders}
target: {mode: overwrite}
""",
    "jobs/enriched/daily.py": """\
from etl_core import table


@table("enriched.daily")
def daily(orders):
    return orders
""",
    "transforms/__init__.py": "",
    "transforms/ours.py": "X = 1\n",
    "tests/__init__.py": "",
    ".env": "PASSWORD=hunter22",
    "conf/.hidden.yaml": "password: hunter22\n",
    "jobs/enriched/__pycache__/daily.pyc": "x",
    "landing/orders/a.csv": "id\n1\n",
}


def project(root: Path, changes: dict[str, str] | None = None) -> Path:
    for name, text in {**PROJECT, **(changes or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(pins: Pins, runtime: object) -> dict[str, bytes]:
        return {f"{name}-{version}-py3-none-any.whl": name.encode() for name, version in pins.shipped.items()}

    monkeypatch.setattr(bundle, "strata_wheel", lambda: STRATA)
    monkeypatch.setattr(bundle, "fetch_wheels", fetched)
    jars = {"jars/deequ-2.1.0-spark-3.5.jar": b"deequ", "jars/dqdl-1.0.0.jar": b"dqdl"}
    monkeypatch.setattr(bundle, "shipped_jars", lambda project, groups: jars)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def build(root: Path, out: Path, environment: str = "prod") -> Manifest:
    return bundle.build_bundle(root, environment, out)


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def wheel_files(manifest: Manifest, out: Path) -> set[str]:
    with zipfile.ZipFile(out / manifest.project_wheel.path) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_same_project_gives_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    first, second = project(tmp_path / "one" / "shop"), tmp_path / "two" / "elsewhere"
    shutil.copytree(first, second)
    for number, path in enumerate(sorted(second.rglob("*.*"), reverse=True)):
        path.chmod(0o640) if path.is_file() else None
        os.utime(path, (number, number))
    manifests = [build(first, tmp_path / "a"), build(second, tmp_path / "b")]
    assert held(tmp_path / "a") == held(tmp_path / "b")
    assert manifests[0].digest == manifests[1].digest


@pytest.mark.parametrize(
    "file", ["jobs/enriched/daily.py", "conf/environments/prod.yaml", "transforms/ours.py"]
)
def test_any_change_gives_another_bundle(file: str, tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    before = build(root, tmp_path / "a")
    with (root / file).open("a") as text:
        text.write("# more\n")
    after = build(root, tmp_path / "b")
    assert before.digest != after.digest
    assert before.project_wheel.path != after.project_wheel.path


def test_the_projects_wheel_holds_what_a_job_needs_and_no_more(tmp_path: Path) -> None:
    manifest = build(project(tmp_path / "shop"), tmp_path / "out")
    assert wheel_files(manifest, tmp_path / "out") == {
        "strata_project_the_shop/__init__.py",
        "strata_project_the_shop/conf/strata.yaml",
        "strata_project_the_shop/conf/environments/prod.yaml",
        "strata_project_the_shop/conf/tables/raw/orders.yaml",
        "strata_project_the_shop/conf/tables/enriched/daily.yaml",
        "strata_project_the_shop/jobs/enriched/daily.py",
        "transforms/ours.py",
    }


def test_the_manifest_names_every_file(tmp_path: Path) -> None:
    manifest = build(project(tmp_path / "shop"), tmp_path / "out")
    files = held(tmp_path / "out")
    assert {artifact.path for artifact in manifest.artifacts} | {"manifest.json"} == set(files)
    assert load_manifest(tmp_path / "out") == manifest
    assert (manifest.project, manifest.environment, manifest.profile) == ("The Shop", "prod", "glue-5.1")
    assert [(script.table, script.file.path) for script in manifest.scripts] == [
        ("enriched.daily", "scripts/enriched/daily.py")
    ]
    assert {group for jar in manifest.jars for group in jar.groups} == {"iceberg", "delta", "deequ"}
    # Glue has the jars of the formats
    assert {jar.groups for jar in manifest.jars if jar.file is not None} == {("deequ",)}
    assert len(manifest.shipped_jars) == 2
    with zipfile.ZipFile(io.BytesIO(files[manifest.glue_wheels.path])) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {name: content for name, content in files.items() if name.startswith("wheels/")}
    assert f"strata-project-the-shop=={manifest.project_wheel.path.split('-')[1]}" in manifest.pins
    # Glue has typing_extensions, but an older one than pydantic needs
    assert any(pin.startswith("typing-extensions==") for pin in manifest.pins)


def test_neither_secrets_nor_this_machine_are_in_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRATA_LANDING", "hunter22")
    build(project(tmp_path / "shop"), tmp_path / "out")
    for content in held(tmp_path / "out").values():
        for word in (b"hunter22", str(tmp_path).encode(), str(Path.home()).encode() + b"/", b"/only/here"):
            assert word not in content


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conf/environments/prod.yaml": "profile: glue-5.1\nwarehouse: /srv/lake\n"}, "1 problem with what"),
        ({"transforms/__init__.py": "X = 1\n"}, "transforms/__init__.py would replace"),
        ({"conf/strata.yaml": "name: x\n"}, "problem"),
        ({"requirements.txt": "-e ."}, "requirements.txt:1"),
        ({"requirements.txt": "zz-nowhere==1"}, "zz-nowhere goes along"),
    ],
)
def test_a_wrong_project_leaves_the_earlier_bundle_as_it_was(
    changes: dict[str, str], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(project(tmp_path / "shop"), out)
    before = held(out)
    with pytest.raises(ConfigError, match=message):
        build(project(tmp_path / "shop", changes), out)
    assert held(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "shop"]


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    (tmp_path / "outside.yaml").write_text("a: b")
    (root / "conf" / "reference").mkdir()
    (root / "conf" / "reference" / "a.yml2").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(ConfigError, match=r"conf/reference/a\.yml2 is a link out"):
        build(root, tmp_path / "out")


def test_a_folder_with_something_else_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    with pytest.raises(ConfigError, match="something else"):
        build(project(tmp_path / "shop"), out)
    assert held(out) == {"letter.txt": b"dear"}


def test_a_changed_bundle_is_noticed(tmp_path: Path) -> None:
    manifest = build(project(tmp_path / "shop"), tmp_path / "out")
    path = tmp_path / "out" / manifest.scripts[0].file.path
    path.write_text("x")
    (tmp_path / "out" / manifest.requirements.path).unlink()
    with pytest.raises(ConfigError, match=r"requirements\.txt, scripts/enriched/daily\.py"):
        load_manifest(tmp_path / "out")
    with pytest.raises(ConfigError, match="is no bundle"):
        load_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_manifest(tmp_path)


def test_the_command_prints_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, out = project(tmp_path / "shop"), tmp_path / "out"
    options = ["build", "--project", str(root), "--env", "prod", "--out", str(out)]
    for more, code in (([], 0), (["--json"], 0)):
        with pytest.raises(SystemExit) as caught:
            main([*options, *more])
        assert caught.value.code == code
    said = capsys.readouterr().out
    manifest = load_manifest(out)
    assert manifest.digest in said
    assert json.loads(said[said.index("{") :]) == manifest.model_dump(mode="json")


def test_pip_says_why_a_wheel_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    from etl_core.deploy.bundle.runtimes import target_runtime
    from etl_core.deploy.bundle.wheelhouse import fetch_wheels

    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(EtlError, match="zz-nowhere") as caught:
        fetch_wheels(Pins({"zz-nowhere": "1"}, {}), target_runtime("glue-5.1"))
    assert "index" in caught.value.hint
