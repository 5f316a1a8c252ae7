"""The foreground of the embedded stack: restarts, readiness, and that nothing outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartservice import embedded

pytestmark = pytest.mark.processes

LAUNCHER = """
import sys
from pathlib import Path
from smartservice import embedded

# sabotage
folder = Path(sys.argv[1])
door = embedded.listen(host="127.0.0.1", port=0)
port = door.getsockname()[1]
serving = f'''
import http.server, os, socket, sys
from pathlib import Path
Path("web.pid").write_text(str(os.getpid()))
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno={door.fileno()})
server.serve_forever()
'''
sleeping = '''
import os, subprocess, sys, time
from pathlib import Path
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
Path("worker.pids").write_text(f"{os.getpid()} {grandchild.pid}")
time.sleep(300)
'''
try:
    with embedded.signals_raise():
        embedded.serve(
            [
                embedded.Part("web", [sys.executable, "-c", serving], folder, sockets=(door.fileno(),)),
                embedded.Part("worker", [sys.executable, "-c", sleeping], folder),
            ],
            page=embedded.Page("127.0.0.1", port, f"127.0.0.1:{port}"),
            when_ready=lambda: print("ready", flush=True),
            say=lambda text: print(text, flush=True),
        )
except embedded.Stopped:
    print("stopped", flush=True)
"""


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def becomes(true: Callable[[], object], *, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


class Stack:
    """A launcher with a small web server and a worker that has a child of its own."""

    def __init__(self, folder: Path, *, sabotage: str = "") -> None:
        self.folder = folder
        self.launcher = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER.replace("# sabotage", sabotage), str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        assert self.launcher.stdout is not None
        self.said = self.launcher.stdout
        while self.said.readline() != "ready\n":
            assert self.launcher.poll() is None

    def web(self) -> int:
        return int((self.folder / "web.pid").read_text() or 0)

    def everybody(self) -> list[int]:
        return [self.web(), *map(int, (self.folder / "worker.pids").read_text().split())]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A running stack; whatever the test leaves of it is ended."""
    stack = Stack(tmp_path)
    assert becomes(lambda: (tmp_path / "worker.pids").exists())
    yield stack
    for pid in [stack.launcher.pid, *stack.everybody()]:
        if lives(pid):
            os.kill(pid, signal.SIGKILL)
    stack.launcher.wait()
    stack.said.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_leaves_no_process_behind(stack: Stack, number: signal.Signals) -> None:
    processes = stack.everybody()

    stack.launcher.send_signal(number)

    assert stack.launcher.wait(timeout=20) == 0
    assert [pid for pid in processes if lives(pid)] == []
    assert stack.said.read().endswith("stopped\n")


def test_its_processes_end_when_it_is_killed(stack: Stack) -> None:
    web, worker, _ = stack.everybody()

    stack.launcher.kill()

    assert becomes(lambda: not lives(web) and not lives(worker))


def test_without_the_death_signal_they_would_outlive_it(tmp_path: Path) -> None:
    stack = Stack(tmp_path, sabotage="embedded._die_with_parent = lambda: None")
    assert becomes(lambda: (tmp_path / "worker.pids").exists())
    processes = stack.everybody()

    stack.launcher.kill()
    stack.launcher.wait()
    time.sleep(0.5)

    survivors = [pid for pid in processes if lives(pid)]
    for pid in survivors:
        os.kill(pid, signal.SIGKILL)
    stack.said.close()
    assert survivors == processes


def test_a_killed_web_process_comes_back(stack: Stack) -> None:
    killed = stack.web()

    os.kill(killed, signal.SIGKILL)

    assert becomes(lambda: stack.web() not in (0, killed))
    assert stack.said.readline() == "web: процесс завершился (SIGKILL), запускаю снова через 0.5 с.\n"


def test_the_children_of_a_dead_part_end_with_it(stack: Stack) -> None:
    _, worker, grandchild = stack.everybody()

    os.kill(worker, signal.SIGKILL)

    assert becomes(lambda: not lives(grandchild))


def test_pauses_grow_while_a_part_keeps_dying(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = embedded.Keeper(embedded.Part("worker", ["false"], tmp_path), say=said.append)
    now = 0.0

    for _ in range(7):
        keeper.look(now=now)
        assert keeper.process is not None
        keeper.process.wait()
        keeper.look(now=now)
        keeper.look(now=keeper.due - 0.01)
        assert keeper.process is None
        now = keeper.due

    assert [text.rsplit(" ", 2)[1] for text in said] == ["0.5", "1", "2", "4", "8", "10", "10"]


def test_an_old_death_is_forgiven(tmp_path: Path) -> None:
    keeper = embedded.Keeper(embedded.Part("worker", ["sleep", "60"], tmp_path), say=print)
    keeper.pause = embedded.LONGEST_PAUSE
    keeper.look(now=0.0)

    keeper.look(now=embedded.STEADY_AFTER + 1)

    assert keeper.pause == embedded.FIRST_PAUSE
    keeper.stop()
    keeper.finish(deadline=time.monotonic() + 5)


def test_a_part_that_ignores_the_request_is_ended_anyway(tmp_path: Path) -> None:
    said: list[str] = []
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    keeper = embedded.Keeper(embedded.Part("worker", [sys.executable, "-c", deaf], tmp_path), say=said.append)
    keeper.look(now=0.0)
    assert keeper.process is not None
    time.sleep(0.5)

    keeper.stop()
    keeper.finish(deadline=time.monotonic() + 0.2)

    assert keeper.process.returncode == -signal.SIGKILL
    assert said == ["worker: не остановился сам, завершаю принудительно."]


def test_a_page_that_never_answers_stops_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "READY_WITHIN", 0.5)
    ready: list[str] = []

    with pytest.raises(embedded.NotServing):
        embedded.serve(
            [embedded.Part("web", ["sleep", "60"], tmp_path)],
            page=embedded.Page("127.0.0.1", 1, "127.0.0.1"),
            when_ready=lambda: ready.append("ready"),
            say=print,
        )

    assert ready == []


def test_a_taken_port_is_told_apart() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(embedded.PortTaken, match=r"^127\.0\.0\.1:\d+$"):
            embedded.check_port_is_free(host="127.0.0.1", port=other.getsockname()[1])


def test_a_page_of_failures_is_no_answer() -> None:
    assert not embedded.Page("127.0.0.1", 1, "127.0.0.1").answers()
