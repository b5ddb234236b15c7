"""The first migration, as it was released."""  # noqa: N999 - migrations are numbered

import importlib

Migration = importlib.import_module("valore.state.migrations.0001_first").Migration
