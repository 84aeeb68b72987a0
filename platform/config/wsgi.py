"""The WSGI entry that gunicorn serves."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["RECALL_ROLE"] = "web"
application = get_wsgi_application()
gc.collect()
gc.freeze()  # what is loaded now stays: looking through it for garbage with every few requests finds none
