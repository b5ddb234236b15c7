"""The lake: facts of one workspace as Delta Lake tables, originals, rollups. Knows no Django."""

from valore.lake._erase import Pass, Passed, Verdict
from valore.lake._lake import Lake
from valore.lake._locks import locked
from valore.lake._rollups import Rollup
from valore.lake._snapshot import Snapshot

__all__ = ["Lake", "Pass", "Passed", "Rollup", "Snapshot", "Verdict", "locked"]
