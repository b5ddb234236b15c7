"""Flows: one verb a file; the only code that joins the other rooms."""
