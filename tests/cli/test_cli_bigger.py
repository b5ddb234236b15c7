"""Models of the user's on the command line: calibrated on labelled rows, and never sent posts without a word."""

import csv
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from valore.cli import main
from valore.enrich import _endpoint
from valore.enrich._endpoint import HOSTS

ELSEWHERE = "endpoint:https://models.lume.example/v1#big"


class Tone(BaseHTTPRequestHandler):
    """Says `positive` of what is `bella`, else `negative`, always too sure."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        likely = "positive" if b"bella" in asked else "negative"
        self.send_response(200)
        self.end_headers()
        said = {"negative": 0.02, "neutral": 0.02, "positive": 0.02} | {likely: 0.96}
        self.wfile.write(json.dumps({"choices": [{"message": {"content": json.dumps(said)}}]}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"VALORE_HOME": str(tmp_path / "home"), "VALORE_LANG": "en", "LANG": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("VALORE_POLARITY", raising=False)
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    door = ThreadingHTTPServer(("127.0.0.1", 0), Tone)
    Thread(target=door.serve_forever, daemon=True).start()
    monkeypatch.setenv("VALORE_POLARITY", f"endpoint:http://127.0.0.1:{door.server_port}/v1#tone")
    yield door.server_address[0]  # type: ignore[misc]
    door.shutdown()
    door.server_close()


def labelled(path: Path, n: int = 160) -> Path:
    """Write texts of which the server has three in four right."""
    with path.open("w", encoding="utf-8", newline="") as file:
        told = csv.writer(file)
        told.writerow(["text", "label"])
        for i in range(n):
            tone = "positive" if i % 2 else "negative"
            told.writerow([f"Una lampada {'bella' if i % 2 else 'brutta'}, dice {i}", tone if i % 4 < 3 else "neutral"])
    return path


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a server elsewhere, with nothing behind it: no connection is made."""
    answer = {"choices": [{"message": {"content": '{"negative": 1, "neutral": 1, "positive": 8}'}}]}
    monkeypatch.setattr(_endpoint, "_sent", lambda *_: json.dumps(answer).encode())
    monkeypatch.setenv(HOSTS, "models.lume.example")
    monkeypatch.setenv("VALORE_POLARITY", ELSEWHERE)


@pytest.mark.usefixtures("server")
def test_labelled_rows_calibrate_the_model_and_say_what_was_measured(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "polarity", "--rows", str(labelled(here / "rows.csv"))]) == 0
    out, err = capfd.readouterr()
    assert "160 labelled rows used" in out
    assert "macro-F1" in out
    assert "models/polarity_optional.npz" in out
    assert err == ""
    assert main(["train", "polarity", "--rows", "rows.csv", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["used"], told["left_out"]) == (160, 0)
    assert told["low"] <= told["value"] <= told["high"]
    assert told["ece_after"] < told["ece_before"]
    assert told["temperature"] > 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["polarity"], 4, "--data"),
        (["polarity", "--rows", "rows.csv", "--data", "."], 4, "--rows"),
        (["polarity", "--rows", "rows.csv"], 4, "set VALORE_POLARITY to hub:FOLDER"),
        (["novelty", "--rows", "rows.csv"], 3, "no model called 'novelty'"),
    ],
)
def test_what_is_missing_is_named(
    arguments: list[str], code: int, said: str, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    labelled(here / "rows.csv", 2)
    assert main(["train", *arguments]) == code
    assert said in " ".join(capfd.readouterr().err.split())


@pytest.mark.usefixtures("server")
def test_a_table_without_labels_is_refused(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "rows.csv").write_text("text,tone\nbella,positive\n", "utf-8")
    assert main(["train", "polarity", "--rows", "rows.csv"]) == 4
    assert "no column 'label'" in capfd.readouterr().err


@pytest.mark.usefixtures("server")
def test_nothing_is_said_while_posts_stay_on_this_machine(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    labelled(here / "rows.csv", 4)
    assert main(["annotate", "rows.csv", "--enrichers", "polarity", "--out", "o.parquet"]) == 0
    assert capfd.readouterr().err == ""


def test_posts_that_leave_this_machine_are_announced_once(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    away(monkeypatch)
    labelled(here / "rows.csv", 4)
    assert main(["annotate", "rows.csv", "--enrichers", "polarity", "--out", "o.parquet"]) == 0
    err = capfd.readouterr().err
    assert err.count("leave this machine") == 1
    assert "models.lume.example" in err
    assert "'big'" in err
    assert "lampada" not in err


def test_enriching_a_workspace_announces_it_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "me"]) == 0
    away(monkeypatch)
    assert main(["enrich"]) == 0
    assert capfd.readouterr().err.count("models.lume.example") == 1
    assert main(["enrich", "--only", "language"]) == 0
    assert capfd.readouterr().err == ""


def test_a_host_that_is_no_longer_allowed_is_refused_before_anything_is_read(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In a process that goes on, too."""
    away(monkeypatch)
    labelled(here / "rows.csv", 4)
    assert main(["annotate", "rows.csv", "--enrichers", "polarity", "--out", "o.parquet"]) == 0
    monkeypatch.delenv(HOSTS)
    assert main(["annotate", "rows.csv", "--enrichers", "polarity", "--out", "o.parquet"]) == 4
    assert HOSTS in capfd.readouterr().err


def test_shares_are_told_by_subject_for_people_and_for_machines(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [
        f"La lampada numero {i} di carta è {('bella', 'pessima')[i % 2]},{'Lume' if i < 40 else 'Nitida'}"
        for i in range(50)
    ]
    (here / "posts.csv").write_text("text,brand\n" + "\n".join(lines) + "\n", "utf-8")
    asked = ["annotate", "posts.csv", "--enrichers", "polarity", "--subject", "brand", "--shares", "--out", "o.parquet"]
    assert main(asked) == 0
    out = capfd.readouterr().out
    for word in ("Shares of polarity", "all rows", "Lume", "90% interval", "undecided: fewer than 30 rows"):
        assert word in out
    assert main([*asked, "--json"]) == 0
    told = json.loads(capfd.readouterr().out)["shares"]
    assert [(m["subject"], m["rows"], m["by"]) for m in told] == [
        (None, 50, "model"),
        ("Lume", 40, "model"),
        ("Nitida", 10, ""),
    ]
    assert {c["corrected"] for c in told[2]["classes"]} == {None}
