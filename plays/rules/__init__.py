"""Decisions: pure functions of values, with the clock an argument."""
