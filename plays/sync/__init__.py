"""Where the rooms meet: only here do jobs and pages change."""
