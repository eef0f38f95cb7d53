"""What an Iceberg table's entry in the Glue Data Catalog has beside what Iceberg puts there.

Iceberg's GlueCatalog writes columns with their comments, description and location with each commit, and
leaves parameters of others as they are.
"""

from __future__ import annotations

from pyspark.sql.types import StructType

from etl_core.names import split_table
from etl_core.runtime.jvm import Java
from etl_core.sinks.glue_catalog import GlueCatalog
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.iceberg.table import IcebergTable
from etl_core.sinks.protocol import Staging
from etl_core.storage.protocol import Storage


class GlueIceberg(IcebergTable):
    """An Iceberg table of the Glue Data Catalog."""

    def __init__(self, at: Handle, catalog: GlueCatalog, storage: Storage) -> None:
        super().__init__(at)
        self.catalog = catalog
        self.storage = storage

    def create(self, schema: StructType) -> None:
        self.catalog.ensure_database(self.at.name, self.storage.uri(split_table(self.at.name)[0]))
        super().create(schema)
        self.catalog.describe(self.at.spec)

    def begin(self, run_id: str) -> Staging:
        self.catalog.describe(self.at.spec)
        return super().begin(run_id)

    def _placed(self, builder: Java) -> Java:
        """In the layer's folder, wherever the database says that tables lie."""
        return builder.withLocation(self.storage.uri("/".join(split_table(self.at.name))))
