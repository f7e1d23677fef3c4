"""Looking for what is wrong, with what to do about it; it changes nothing."""
