"""Rules on the rows of a batch and on the table, judged by their own passes or by those that run anyway."""
