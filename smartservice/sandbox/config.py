"""What the sandbox bank is told by the environment."""

from dataclasses import dataclass, field
from pathlib import Path

from smartservice import env

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class Config:
    """One terminal, one port, one folder; the port 0 takes a free one."""

    var_dir: Path
    host: str = "127.0.0.1"
    port: int = 8001
    terminal: str = "SmartServiceDEMO"
    password: str = field(default="sandbox-password", repr=False)
    # Settings of the terminal, which requests about cards do not carry.
    notification_url: str = ""
    cards_url: str = ""
    slow_seconds: float = 25.0
    late_seconds: float = 8.0

    @property
    def folder(self) -> Path:
        """Where the bank keeps its own files; the portal never looks there."""
        return self.var_dir / "bank"

    @property
    def origin(self) -> str:
        """The address for browsers: `localhost`, so that bank and portal are two sites, as in life."""
        return f"http://localhost:{self.port}"


def from_environment() -> Config:
    """The configuration of this process; raises env.Wrong."""
    port = env.port("PORT", 8000)
    base_url = env.text("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    return Config(
        var_dir=Path(env.text("VAR_DIR", str(PROJECT_DIR / "var"))).resolve(),
        host=env.text("SANDBOX_HOST", Config.host),
        port=env.port("SANDBOX_PORT", port + 1),
        terminal=env.text("ACQUIRER_TERMINAL", Config.terminal),
        password=env.text("ACQUIRER_PASSWORD", Config.password),
        notification_url=f"{env.text('ACQUIRER_CALLBACK_BASE', base_url).rstrip('/')}/acquirer/notification/",
        cards_url=f"{base_url}/cards/return/",
        slow_seconds=env.seconds("SANDBOX_SLOW_SECONDS", Config.slow_seconds),
        late_seconds=env.seconds("SANDBOX_LATE_SECONDS", Config.late_seconds),
    )
