"""Pages and database compared both ways, and brought together."""
