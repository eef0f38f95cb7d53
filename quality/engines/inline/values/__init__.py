"""The conditions of ColumnValues as SQL that is TRUE for a good value; one file a kind of values."""
