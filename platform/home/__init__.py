"""Pages that join rooms: landing, welcome, today, settings, errors."""
