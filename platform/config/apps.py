"""The project's own Django application: its checks and nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class RecallConfig(AppConfig):
    """Wiring has no models; being an application lets its checks and template tags be found."""

    name = "config"
    label = "config"
