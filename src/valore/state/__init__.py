"""The transactional state: workspaces, subjects, consents, imports, reviews, audit.

The only room that knows Django. Everybody else opens it with `open_state(url)` and gets plain
values back.
"""

from valore.state.addresses import sqlite_url
from valore.state.opening import Health, examine, open_state
from valore.state.shapes import Cursor, ImportRecord, Outcome, Pending, Proof, Review, Traces, WorkspaceRow

__all__ = [
    "Cursor",
    "Health",
    "ImportRecord",
    "Outcome",
    "Pending",
    "Proof",
    "Review",
    "Traces",
    "WorkspaceRow",
    "examine",
    "open_state",
    "sqlite_url",
]
