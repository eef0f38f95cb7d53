"""Which schema a Parquet folder is read with, once columns have been widened."""

from __future__ import annotations

from datetime import UTC, datetime

from etl_core.sinks.parquet.manifest import Earlier, Manifest, Version

AT = datetime(2024, 5, 1, tzinfo=UTC)


def version(number: int) -> Version:
    return Version(number=number, operation="append", run_id=f"r{number}", at=AT, folder=f"f{number}")


def test_a_folder_has_the_schema_of_its_time() -> None:
    manifest = Manifest(
        columns="now",
        versions=tuple(version(number) for number in range(1, 6)),
        earlier=(Earlier(until=2, columns="first"), Earlier(until=4, columns="second")),
    )
    found = [manifest.columns_of(f"f{number}") for number in range(1, 6)]
    assert found == ["first", "first", "second", "second", "now"]
    assert manifest.columns_of("being staged") == "now"


def test_manifests_from_before_have_one_schema() -> None:
    text = Manifest(columns="c", versions=(version(1),)).model_dump_json(exclude={"earlier"})
    assert Manifest.model_validate_json(text).columns_of("f1") == "c"
