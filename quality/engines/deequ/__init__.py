"""DQDL by Deequ: the engine that Glue Data Quality is built on. Loaded from `engine.py`."""
