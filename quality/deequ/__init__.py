"""DQDL by Deequ: the engine that Glue Data Quality is built on."""

from quality.deequ.engine import DeequEngine

__all__ = ["DeequEngine"]
