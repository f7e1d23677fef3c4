"""What users are to the team: which owners they are, and the secret of their calendar."""
