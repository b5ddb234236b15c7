"""Fonts, style and typesetting template of the pages; `manifest.json` says where the fonts come from."""
