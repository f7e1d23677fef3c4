"""What the team has agreed on, set by admins: the rule of a status, targets, the report."""
