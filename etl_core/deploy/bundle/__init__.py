"""What travels to Glue: wheels, wheelhouse, scripts, jars and a manifest; equal inputs give equal bytes."""
