"""`conf/environments/<env>.yaml`: where the project runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from etl_core.config.models.base import Model
from etl_core.config.models.deploy import DeployConfig
from etl_core.config.models.notify import NotifyConfig
from etl_core.config.models.project import Identifier, Scalar
from etl_core.config.models.target import ReaderName
from etl_core.config.profiles import Profile
from etl_core.config.uris import is_s3


class CatalogConfig(Model):
    """Where tables are known by name. `jdbc`, on SQLite, has Iceberg's and suits one machine; `glue`, the
    Glue Data Catalog, has those of all formats and goes with a warehouse on S3."""

    type: Literal["jdbc", "glue"] | None = Field(
        default=None, description="Default: glue for a warehouse on S3, else jdbc."
    )
    uri: str = Field(
        default="", description="jdbc: SQLAlchemy-style URI; empty: SQLite beside the warehouse."
    )


class EnvironmentConfig(Model):
    """Catalog, warehouse, runtime profile and the values of `${variables}`."""

    profile: Profile = Field(description="The runtime whose versions are used.")
    warehouse: str = Field(min_length=1, description="Folder or URI under which all tables live.")
    catalog: CatalogConfig = CatalogConfig()
    variables: dict[Identifier, Scalar] = Field(
        default={}, description="Values of ${name} in all other files."
    )
    parameters: dict[Identifier, Scalar] = Field(
        default={}, description="Overrides of the project's parameters."
    )
    spark: dict[str, Scalar] = Field(default={}, description="Spark settings added to the session.")
    threads: int = Field(default=2, ge=1, le=64, description="How many tables run at the same time.")
    drain_before_timeout: str = Field(
        default="10m",
        pattern=r"^\d+[mhd]$",
        description="No table starts in the last part of a job's timeout, where the job has one.",
    )
    audit_retention: str = Field(
        default="3d", pattern=r"^\d+[hdw]$", description="How long a failed branch is kept."
    )
    compact_deleted: str = Field(
        default="20%",
        pattern=r"^(\d+(\.\d+)?%|never)$",
        description="Iceberg, Delta: a keyed table is compacted after a run when so many of the rows in its "
        "files are deleted ones, as merges only mark them; `never` leaves that to others.",
    )
    rule_engine: Literal["auto", "inline", "deequ", "glue"] = Field(
        default="auto",
        description="What evaluates the rules: `inline` in the passes that run anyway, `deequ` as Glue does; "
        "`auto` is inline where it can, and Deequ for the rest; `glue` is Glue Data Quality, which shows "
        "results in the Glue console and works in Glue jobs only.",
    )
    readers: tuple[ReaderName, ...] = Field(
        default=(),
        description="Engines that must be able to read the tables: new ones are made so, contracts that "
        "contradict are refused. A table's `target.readers` overrides it.",
    )
    notify: NotifyConfig | None = Field(default=None, description="Who hears of a run that did not go well.")
    deploy: DeployConfig | None = Field(default=None, description="Where `strata deploy` brings the project.")

    @property
    def uses_glue(self) -> bool:
        """Whether the Glue Data Catalog knows the tables."""
        return (self.catalog.type or ("glue" if is_s3(self.warehouse) else "jdbc")) == "glue"

    @property
    def region(self) -> str:
        """Of the warehouse and its catalog, where the file says it; "" leaves it to AWS's own settings."""
        return self.deploy.region if self.deploy else ""
