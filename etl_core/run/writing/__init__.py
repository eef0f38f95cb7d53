"""From a batch to the published table: the write, the side tables, and what is tidied afterwards."""
