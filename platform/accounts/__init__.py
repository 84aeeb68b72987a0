"""People: log-in by e-mail, time zone and theme, API tokens."""
