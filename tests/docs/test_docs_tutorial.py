"""The tutorial is run as it is written: a reader who types it sees what it shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Commands of a page with the lines that it shows after each; '…' stands for anything."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                found[-1][1].append(line)
    return found


def shown(line: str, output: str) -> bool:
    pattern = r"\s*".join(".*".join(re.escape(part) for part in word.split("…")) for word in line.split())
    return re.search(pattern, output) is not None


@pytest.mark.slow
def test_a_reader_who_types_the_tutorial_sees_what_it_shows(tmp_path: Path) -> None:
    bin_folder = Path(sys.executable).parent
    environment = {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "COLUMNS": "110",
    }
    commands = steps(DOCS / "tutorial.md")
    assert len(commands) >= 8
    for command, lines in commands:
        done = subprocess.run(
            shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"{command}\n{output}"
        missing = [line for line in lines if not shown(line, output)]
        assert not missing, f"{command}\nnot shown: {missing}\n{output}"
