"""`python -m bench --scale 1e5,1e6 [--only ingest] [--json out.json]`: every goal, at each scale."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import bench
from bench.goal import Goal


def main() -> int:
    """Run the asked goals, print the table, and fail on a breached one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", default="1e5")
    asked.add_argument("--only", default="")
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    goals: list[Goal] = []
    for scale in (int(float(s)) for s in given.scale.split(",")):
        for run in _runs(given.only):
            for goal in run(scale):
                goals.append(goal)
                print(_line(goal), flush=True)
    if given.json:
        given.json.write_text(json.dumps([{**g._asdict(), "met": g.met} for g in goals], indent=1) + "\n")
    return 0 if all(g.met for g in goals) else 1


def _runs(only: str) -> Iterator[Callable[[int], Iterator[Goal]]]:
    """Yield what measures goals: the `run` of each module of this folder that has one."""
    for name in sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name != "__main__"):
        run = getattr(importlib.import_module(f"bench.{name}"), "run", None)
        if run is not None and only in name:
            yield run


def _line(goal: Goal) -> str:
    sign = ">=" if goal.at_least else "<="
    verdict = "met" if goal.met else "MISSED"
    return (
        f"{goal.id:<5}{goal.rows:>12,}  {goal.ours:>10.3f} / {goal.reference:<10.3f} {goal.unit}"
        f"  = {goal.ratio:>9.3f}  ({sign} {goal.bound})  {verdict}  {goal.what}"
    )


if __name__ == "__main__":
    sys.exit(main())
