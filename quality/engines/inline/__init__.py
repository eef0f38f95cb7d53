"""DQDL by Spark itself. `rules/` has a file a family of rule types; the engine is loaded from `engine.py`."""
