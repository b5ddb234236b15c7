"""Django's settings, in code. Databases are named when they are opened: see `opening`.

`default` is left empty on purpose: a query that forgot to say which home it belongs to fails.
"""

DATABASES: dict[str, dict[str, object]] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["valore.state.apps.StateConfig"]
LOGGING_CONFIG = None
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
