"""Tables that an earlier Valore made get the columns that came since.

Every file is written again with nulls there, all in one commit: so that each file holds all columns,
and no reader has to ask. Files of older snapshots stay until `vacuum`.
"""

from pathlib import Path

from deltalake import Schema

from valore.lake._erase import read
from valore.lake._ledger import opened
from valore.lake._write import settle, write
from valore.model.schemas import PARTITIONS, TABLES


def narrow(folder: Path) -> bool:
    """Return whether a table lacks columns that may be null; one that was never made lacks nothing.

    Raises:
        ForeignTable: its files cannot be read as they are.
    """
    table = opened(folder)
    return table is not None and not _optional(folder.name) <= {f.name for f in table.schema().fields}


def widen(folder: Path) -> None:
    """Write a table again with the columns that it lacks. The caller holds the lake's lock and its lease."""
    table = opened(folder)
    assert table is not None
    before, partition = int(table.version()), PARTITIONS[folder.name]
    actions = [action for rows in read(table, folder) for action in write(folder, rows, partition)]
    table.create_write_transaction(list(actions), "overwrite", Schema.from_arrow(TABLES[folder.name]), partition)
    settle(folder, before + 1)


def _optional(name: str) -> set[str]:
    return {f.name for f in TABLES[name] if f.nullable}
