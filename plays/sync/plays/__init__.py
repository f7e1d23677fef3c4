"""What people change about Plays, and where Plays stand."""
