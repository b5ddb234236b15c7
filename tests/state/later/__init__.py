"""Migrations of an imagined next release: all that were released, then four more."""

import valore.state.migrations as released

__path__ = [*__path__, *released.__path__]
