"""The columns of a batch beside those of its table: drift, and what follows from it."""
