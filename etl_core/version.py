"""The version, in this one place; setup.py reads it without importing anything else."""

__version__ = "0.1.0"
