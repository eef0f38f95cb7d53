"""For the tests of a project's jobs: a Spark session, a job's result, and a comparison to read.

The session is the pytest fixture `strata_spark`; it is there wherever Strata is installed.
"""

from etl_core.testing.compare import assert_df_equal
from etl_core.testing.frames import Rows, dataframe
from etl_core.testing.jobs import run_table

__all__ = ["Rows", "assert_df_equal", "dataframe", "run_table"]
