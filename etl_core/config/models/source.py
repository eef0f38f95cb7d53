"""What a table reads from outside, and `conf/sources/<source>.yaml`, shared settings of such sources."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from etl_core.config.models.base import Model
from etl_core.config.models.project import Identifier


class FileOptions(Model):
    """How files are laid out. `None` means: as the connection says, else the default in the text."""

    type: str | None = Field(default=None, description="files | dms, or a registered source type.")
    path: str | None = Field(
        default=None, description="Folder or URI; below the connection's path if relative."
    )
    format: Literal["csv", "json", "parquet"] | None = Field(default=None, description="Default csv.")
    pattern: str | None = Field(default=None, description="Glob on file names. Default: all but hidden ones.")
    header: bool | None = Field(
        default=None, description="CSV: the first line names the columns. Default true."
    )
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="CSV. Default ','.")
    quote: str | None = Field(default=None, min_length=1, max_length=1, description="CSV. Default '\"'.")
    null_value: str | None = Field(default=None, description="CSV: another spelling of NULL.")
    multi_line: bool | None = Field(default=None, description="CSV: newlines inside quotes. Default false.")
    encoding: str | None = Field(default=None, description="CSV, JSON. Default UTF-8.")
    extract: str | None = Field(
        default=None,
        description="snapshot: regular expression that finds the date of an extract in a file's path. "
        "Default: a date like 2024-05-31 or 20240531, else the day the file was written.",
    )
    lookback: str | None = Field(
        default=None, pattern=r"^\d+[hdw]$", description="How late a file may come. 2d."
    )


class SourceConfig(FileOptions):
    """One file of `conf/sources/`: a landing area or a connection that tables name."""

    source: Identifier = Field(description="The name tables use under `connection`.")
    description: str = ""


class SourceRef(FileOptions):
    """A table's `source:`; what it leaves out comes from its `connection`."""

    connection: Identifier | None = Field(default=None, description="A file of conf/sources/.")

    @model_validator(mode="after")
    def _has_place(self) -> SourceRef:
        if self.path is None and self.connection is None:
            raise ValueError("a source needs `path`, or a `connection` that has one")
        return self


class ResolvedSource(Model):
    """A source with every option decided; the only form that plan, inspect and run see."""

    type: str = "files"
    path: str
    format: Literal["csv", "json", "parquet"] = "csv"
    pattern: str = "*"
    header: bool = True
    delimiter: str = ","
    quote: str = '"'
    null_value: str = ""
    multi_line: bool = False
    encoding: str = "UTF-8"
    extract: str = ""
    lookback: str = "2d"
    path_setting: str = Field(default="", description="file:line that set the path, for error texts.")
