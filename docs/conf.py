"""Sphinx configuration: English sources, Italian by gettext."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Valore"
author = "The Valore contributors"
copyright = "2026, the Valore contributors"  # noqa: A001 - the name that Sphinx reads
release = version = installed("valore")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "places_table", "models_table"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext", "trials/*"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Valore"
html_static_path: list[str] = []
language = "en"
locale_dirs = ["locale"]
gettext_compact = False
gettext_uuid = False
autodoc_typehints = "description"
suppress_warnings = ["myst.header"]
