"""Start the sandbox bank: `python -m smartservice.sandbox`; SIGTERM and Ctrl-C stop it."""

import signal
import sys

from smartservice.env import Wrong
from smartservice.sandbox.config import from_environment
from smartservice.sandbox.server import Server


def main() -> int:
    """Listen until told to stop; 1 when the port is taken or the environment is wrong."""
    try:
        server = Server(from_environment())
    except (Wrong, OSError) as error:
        sys.stderr.write(f"Банк-песочница не запустилась: {error}\n")
        return 1
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    config = server.bank.config
    try:
        server.bank.start()
        sys.stdout.write(f"Банк-песочница слушает {config.origin}/ (терминал {config.terminal})\n")
        sys.stdout.flush()
        server.serve_forever()
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        server.stop()
    return 0


def _stop(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
