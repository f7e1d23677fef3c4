"""Confluence as a whole: its client, what its errors mean, its pages found, made and read."""
