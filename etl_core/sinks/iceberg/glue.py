"""The Glue Data Catalog, as Iceberg in Spark, pyiceberg and `plan` each ask it.

Source: Iceberg documentation, "AWS" (GlueCatalog, S3FileIO) and "Configuration" of PyIceberg.
"""

from __future__ import annotations

from collections.abc import Iterable

from etl_core.aws.addresses import endpoint, region_setting
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.names import split_table

_LOCATION = "metadata_location"  # the parameter of an Iceberg table that names its newest metadata file


def glue_settings(environment: EnvironmentConfig) -> dict[str, str]:
    """Of Iceberg's catalog, without the prefix that Spark wants. Commits are safe by Glue's version ids
    (optimistic locking); older versions of an entry are not kept, for a table has a limited number."""
    found = {
        "catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "glue.skip-archive": "true",
    }
    if region := environment.region or region_setting():
        found["client.region"] = region
    if url := endpoint("glue"):
        found["glue.endpoint"] = url
    if url := endpoint("s3"):
        found |= {"s3.endpoint": url, "s3.path-style-access": "true"}
    return found


def pyiceberg_settings(environment: EnvironmentConfig) -> dict[str, str]:
    """Of pyiceberg's GlueCatalog."""
    region, glue, s3 = environment.region or region_setting(), endpoint("glue"), endpoint("s3")
    found = {"glue.region": region, "s3.region": region, "glue.endpoint": glue, "s3.endpoint": s3}
    return {key: value for key, value in found.items() if value}


def pointers(environment: EnvironmentConfig, names: Iterable[str]) -> dict[tuple[str, str], str]:
    """(layer, table) -> metadata file, of those the catalog has."""
    from etl_core.sinks.glue_catalog import GlueCatalog

    catalog = GlueCatalog(environment.region)
    layers = {split_table(name)[0] for name in names}
    return {
        (layer, table["Name"]): table["Parameters"][_LOCATION]
        for layer in sorted(layers)
        for table in catalog.tables(layer.lower())
        if _LOCATION in table.get("Parameters", {})
    }
