"""What the stages of a run share: the engine, a table's task and batch, what was read."""
