"""The Django application."""

from django.apps import AppConfig


class StateConfig(AppConfig):
    """Valore's state."""

    name = "valore.state"
    label = "state"
    default_auto_field = "django.db.models.BigAutoField"
