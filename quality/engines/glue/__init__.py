"""DQDL by Glue Data Quality, which publishes what it finds to the Glue console. Loaded from `engine.py`."""
