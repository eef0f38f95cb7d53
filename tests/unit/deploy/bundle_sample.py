"""A bundle as `strata build` writes it, with files of a few bytes."""

from __future__ import annotations

from pathlib import Path

from etl_core.deploy.bundle.manifest import Artifact, JarPin, Manifest, Script

SELECTION = "scripts/selection.py"


def write_bundle(
    folder: Path, project: str, environment: str, profile: str = "glue-5.1", scripts: tuple[str, ...] = ()
) -> Path:
    """`scripts`: the tables that have one."""

    def artifact(path: str) -> Artifact:
        content = f"content of {path}\n".encode()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        return Artifact.of(path, content)

    def script(table: str) -> Script:
        return Script(table=table, file=artifact(f"scripts/{table.replace('.', '/')}.py"))

    jar = artifact("jars/deequ-2.jar")
    manifest = Manifest(
        project=project,
        environment=environment,
        profile=profile,
        python="3.11",
        strata_version="0.1.0",
        strata_wheel=artifact("wheels/strata_etl-0.1.0-py3-none-any.whl"),
        project_wheel=artifact("wheels/project-1-py3-none-any.whl"),
        wheelhouse=(artifact("wheels/lark-1.3.1-py3-none-any.whl"),),
        requirements=artifact("wheels/requirements.txt"),
        pins=("lark==1.3.1",),
        preinstalled=(),
        glue_wheels=artifact("strata.gluewheels.zip"),
        scripts=tuple(script(table) for table in scripts),
        selection_script=artifact(SELECTION),
        jars=(
            JarPin(
                coordinates="a:deequ:2",
                file_name="deequ-2.jar",
                sha256=jar.sha256,
                groups=("deequ",),
                file=jar,
            ),
            JarPin(coordinates="a:iceberg:1", file_name="iceberg-1.jar", sha256="0", groups=("iceberg",)),
        ),
    )
    (folder / "manifest.json").write_bytes(manifest.to_bytes())
    return folder
