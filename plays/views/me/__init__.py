"""A person's own page: their Plays, their dates, what changed, and what they set for themselves."""
