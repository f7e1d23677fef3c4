"""Which page plays which part, and whether it can."""
