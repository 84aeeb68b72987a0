"""Wiring: settings, URLs, Celery and WSGI. `celery -A config` finds the application in `config.celery`."""
