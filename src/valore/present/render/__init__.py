"""Renderers: one file for each way to show a page. Each closes its `match` over all blocks."""
