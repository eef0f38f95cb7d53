"""Commands that move a table's progress: rewind, restate, backfill, requeue."""
