"""DQDL by Deequ: the engine that Glue Data Quality is built on."""

from quality.engines import ENGINES
from quality.engines.deequ.engine import DeequEngine

ENGINES.add("deequ", DeequEngine())

__all__ = ["DeequEngine"]
