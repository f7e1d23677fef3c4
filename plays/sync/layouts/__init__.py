"""How a team's own tables are read and written."""
