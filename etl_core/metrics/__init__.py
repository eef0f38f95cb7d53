"""`_strata.metrics`: what rules found, run by run, in one Iceberg table. By pyiceberg, without Spark."""
