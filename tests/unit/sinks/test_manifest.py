"""The Parquet manifest: which folders count, and what may go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from etl_core.errors import StateError
from etl_core.sinks.parquet.manifest import Manifest, Version, key_of, load_manifest, save_manifest
from etl_core.sinks.types import simple_name
from etl_core.state.models import TableState
from etl_core.storage import open_storage

AT = datetime(2024, 1, 1, tzinfo=UTC)


def grown(*operations: Literal["append", "overwrite"]) -> Manifest:
    manifest = Manifest(columns="{}")
    for number, operation in enumerate(operations, start=1):
        state = TableState(run_id=f"r{number}", at=AT)
        version = Version(
            number=number, operation=operation, run_id=f"r{number}", at=AT, folder=f"f{number}", state=state
        )
        manifest = manifest.published(version)
    return manifest


def folders(manifest: Manifest, number: int) -> list[str]:
    return [version.folder for version in manifest.live(number)]


def test_an_overwrite_hides_what_was_before() -> None:
    manifest = grown("append", "append", "overwrite", "append")
    assert folders(manifest, 2) == ["f1", "f2"]
    assert folders(manifest, 3) == ["f3"]
    assert folders(manifest, 4) == ["f3", "f4"]


def test_appends_are_never_forgotten_but_their_old_states_are() -> None:
    manifest = grown(*["append"] * 6)
    assert folders(manifest, 6) == [f"f{number}" for number in range(1, 7)]
    assert [version.state is not None for version in manifest.versions] == [False] * 3 + [True] * 3


def test_overwritten_versions_go_once_no_kept_one_needs_them() -> None:
    assert [v.number for v in grown(*["overwrite"] * 5).versions] == [3, 4, 5]
    manifest = grown("append", "overwrite", "append", "overwrite", "append")
    assert [version.number for version in manifest.versions] == [2, 3, 4, 5]
    assert folders(manifest, 3) == ["f2", "f3"]


def test_round_trip_and_a_broken_manifest(tmp_path_factory: pytest.TempPathFactory) -> None:
    storage = open_storage(str(tmp_path_factory.mktemp("warehouse")))
    assert load_manifest(storage, "raw.t") is None
    save_manifest(storage, "raw.t", grown("append"))
    assert load_manifest(storage, "raw.t") == grown("append")
    storage.write(key_of("raw.t"), b'{"columns": 1}')
    with pytest.raises(StateError, match=r"raw\.t: file://.*_strata_manifest\.json cannot be read"):
        load_manifest(storage, "raw.t")


def test_spark_json_types() -> None:
    assert simple_name("integer") == "int"
    assert simple_name("decimal(5,1)") == "decimal(5,1)"
    nested = {"type": "array", "elementType": {"type": "struct", "fields": [{"name": "a", "type": "long"}]}}
    assert simple_name(nested) == "array<struct<a:bigint>>"
    assert simple_name({"type": "map", "keyType": "string", "valueType": "byte"}) == "map<string,tinyint>"
