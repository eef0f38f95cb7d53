"""What every edge that talks to AWS shares: clients, S3's addresses, errors in one line."""
