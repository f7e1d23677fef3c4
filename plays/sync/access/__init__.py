"""Who may come in: tokens of programs, logins, people; what admins change of it is audited."""
