"""Plays from a file: every line checked, shown beside what is there, then applied as one."""
