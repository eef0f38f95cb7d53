"""pytest under spark-submit: the fixture `spark` joins the Spark that is started here, with its jars."""

from __future__ import annotations

import sys

import pytest
from pyspark import SparkContext

if __name__ == "__main__":
    SparkContext.getOrCreate()
    sys.exit(pytest.main(sys.argv[1:]))
