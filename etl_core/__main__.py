"""`python -m etl_core` is `strata`."""

from etl_core.cli.main import main

main()
