"""What all ways of deploying share: names, places on S3, the units that become jobs, what must not leak."""
