"""A page claimed, read, edited and written."""
