"""Stage `prepare`: what a batch's rows mean to the table, by its mode and history."""
