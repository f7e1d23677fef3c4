"""Pages of Plays that somebody asked for: one alone, or all that are missing at once."""
