"""The embedded stack in one foreground: web, worker and sandbox bank are started, watched and stopped together."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

BACKLOG = 128
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
# A part that lived this long was well: its next death is a new story.
STEADY_AFTER = 30.0
READY_WITHIN = 60.0
STOPPING_TAKES = 12.0
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1


class PortTaken(Exception):
    """Somebody else already listens there."""


class NotServing(Exception):
    """The page did not answer in time."""


class Stopped(Exception):
    """Somebody asked the stack to stop."""


@dataclass(frozen=True)
class Part:
    """One process of the stack; `name` is what messages call it, `sockets` are the descriptors it inherits."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    sockets: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """The page that shows that all is well: where this machine reaches it, and the name it is called by there."""

    host: str
    port: int
    name: str

    def answers(self) -> bool:
        """Whether the page is really there, not only the port."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": self.name})
            return connection.getresponse().status < http.client.BAD_REQUEST
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Keeper:
    """Keeps one part alive: when it dies it comes back after a pause that doubles while it keeps dying."""

    def __init__(self, part: Part, *, say: Callable[[str], object]) -> None:
        self.part = part
        self.say = say
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.due = 0.0

    def look(self, *, now: float) -> None:
        """Start the part when it is due, notice its death, forgive old deaths."""
        if self.process is None:
            if now >= self.due:
                self._start(now)
        elif (code := self.process.poll()) is not None:
            self._bury(self.process, code, now)
        elif now - self.started > STEADY_AFTER:
            self.pause = FIRST_PAUSE

    def stop(self) -> None:
        """Ask the part to end; `finish` sees to it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def finish(self, *, deadline: float) -> None:
        """Wait for the part's end until the deadline, then end it and whatever it has started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"{self.part.name}: не остановился сам, завершаю принудительно.")
        _kill_group(self.process.pid)
        self.process.wait()

    def _start(self, now: float) -> None:
        self.started = now
        self.process = subprocess.Popen(  # noqa: S603 the commands are our own
            self.part.command,
            cwd=self.part.folder,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.part.environment},
            pass_fds=self.part.sockets,
            # Its own group: Ctrl-C reaches only the launcher, which stops the parts in order.
            process_group=0,
            preexec_fn=_die_with_parent(),
        )

    def _bury(self, process: subprocess.Popen[bytes], code: int, now: float) -> None:
        # A dead web process may leave workers that go on taking visitors.
        _kill_group(process.pid)
        self.process = None
        self.say(f"{self.part.name}: процесс завершился ({_reason(code)}), запускаю снова через {self.pause:g} с.")
        self.due = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def listen(*, host: str, port: int) -> socket.socket:
    """The portal's listening socket, kept by the launcher: visitors wait while a dead web process comes back."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        raise PortTaken(f"{host}:{port}") from error
    return door


def check_port_is_free(*, host: str, port: int) -> None:
    """Raise PortTaken where another process listens."""
    listen(host=host, port=port).close()


def serve(parts: Sequence[Part], *, page: Page, when_ready: Callable[[], object], say: Callable[[str], object]) -> None:
    """Keep the parts alive until an exception ends it; `when_ready` is called once, when the page answers."""
    keepers = [Keeper(part, say=say) for part in parts]
    is_ready = False
    give_up_at = time.monotonic() + READY_WITHIN
    try:
        while True:
            now = time.monotonic()
            for keeper in keepers:
                keeper.look(now=now)
            if not is_ready and page.answers():
                is_ready = True
                when_ready()
            if not is_ready and now > give_up_at:
                raise NotServing(page.name)
            time.sleep(LOOK_EVERY)
    finally:
        _stop(keepers)


@contextmanager
def signals_raise() -> Iterator[None]:
    """Inside, the first Ctrl-C, SIGTERM or closed terminal raises Stopped; later ones must not disturb the stopping."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, _frame: FrameType | None) -> None:
        for name in names:
            signal.signal(name, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _stop(keepers: Sequence[Keeper]) -> None:
    deadline = time.monotonic() + STOPPING_TAKES
    for keeper in keepers:
        keeper.stop()
    for keeper in keepers:
        keeper.finish(deadline=deadline)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _reason(code: int) -> str:
    return f"код {code}" if code >= 0 else signal.Signals(-code).name


def _die_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes its program: it asks for a SIGTERM when the launcher is killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
