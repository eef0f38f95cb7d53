"""Everything that can be known to be wrong before Spark starts."""

from etl_core.validate.runner import validate

__all__ = ["validate"]
