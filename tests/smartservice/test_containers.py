"""Dockerfile and docker-compose.yml, read without an engine: what they name exists, nothing has more than it needs."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# Those that run our image; the rest are images of others.
OURS = {"setup", "web", "worker", "beat", "bank", "demo"}
ALWAYS = {"setup", "web", "worker", "beat", "postgres", "redis"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """Dockerfile as (instruction, rest), continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_parts_of_production_start_without_a_profile(compose):
    always = {name for name, service in compose["services"].items() if "profiles" not in service}

    assert always == ALWAYS


def test_the_profile_demo_adds_the_sandbox_bank_and_the_demo_data(compose):
    demo = {name for name, service in compose["services"].items() if service.get("profiles") == ["demo"]}

    assert demo == {"bank", "demo"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_ours_run_read_only_without_capabilities(compose, name):
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_every_secret_that_is_mounted_is_declared_and_read(compose):
    declared = set(compose["secrets"])
    mounted = {secret for service in compose["services"].values() for secret in service.get("secrets", [])}
    read = {
        value.rsplit("/", 1)[1]
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if name.endswith("_FILE")
    }

    assert mounted == declared
    assert read == declared


def test_no_secret_stands_in_the_file(compose):
    names = ("SECRET_KEY", "FIELD_KEYS", "JOURNAL_KEY", "DATABASE_URL", "ACQUIRER_PASSWORD", "POSTGRES_PASSWORD")
    written = {
        f"{service}.{name}"
        for service, described in compose["services"].items()
        for name in described.get("environment", {})
        if name in names
    }

    assert written == set()


def test_every_variable_of_the_containers_is_explained(compose):
    explained = set(re.findall(r"`([A-Z][A-Z_0-9]+)`", (ROOT / "docs" / "ENVIRONMENT.md").read_text(encoding="utf-8")))
    used = {
        name.removesuffix("_FILE")
        for service in OURS
        for name in compose["services"][service].get("environment", {})
        if name != "WEB_CONCURRENCY"
    }

    assert used - explained == set()


def test_every_part_waits_for_what_it_needs(compose):
    conditions = {
        name: {need: how["condition"] for need, how in service.get("depends_on", {}).items()}
        for name, service in compose["services"].items()
    }

    assert conditions["setup"] == {"postgres": "service_healthy"}
    for name in ("web", "worker", "beat"):
        assert conditions[name] == {"setup": "service_completed_successfully", "redis": "service_healthy"}


def test_web_database_and_broker_say_how_they_are(compose):
    for name in ("web", "postgres", "redis"):
        assert compose["services"][name]["healthcheck"]["test"]


def test_the_health_check_of_the_site_is_a_program_that_can_be_read(compose):
    *words, program = compose["services"]["web"]["healthcheck"]["test"]

    assert words == ["CMD", "python", "-c"]
    compile(program, "healthcheck", "exec")
    assert "/healthz" in program


def test_every_command_that_is_started_exists(compose):
    known = get_commands()

    for name in OURS:
        command = compose["services"][name].get("command", [])
        text = " ".join(command)
        for started in re.findall(r"manage\.py (\w+)", text):
            assert started in known
    assert (ROOT / "smartservice" / "sandbox" / "__main__.py").exists()


def test_nothing_is_published_to_the_world_by_itself(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert published
    assert all(port.startswith(("127.0.0.1:", "${PUBLISH:-127.0.0.1:")) for port in published)


def test_logs_do_not_fill_the_disk(compose):
    for name, service in compose["services"].items():
        assert service["logging"]["options"]["max-size"], name


def test_the_image_runs_as_nobody_in_particular():
    users = [rest for name, rest in instructions() if name == "USER"]

    assert users == ["smartservice"]
    assert "useradd --uid 10001" in DOCKERFILE


def test_the_image_installs_locked_libraries_alone():
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]

    assert len(installs) == 1
    assert {"--require-hashes", "--no-deps"} <= set(shlex.split(installs[0]))


def test_the_image_is_small_of_its_own_doing():
    (base,) = [rest for name, rest in instructions() if name == "FROM"]
    (system,) = [rest for name, rest in instructions() if name == "RUN" and "apt-get" in rest]

    assert "slim" in base
    assert "--no-install-recommends" in system
    assert "rm -rf /var/lib/apt/lists/*" in system


def test_copied_after_the_libraries_so_that_a_change_of_code_installs_nothing():
    names = [f"{name} {rest}" for name, rest in instructions()]

    assert names.index("COPY requirements.txt .") < names.index("COPY . .")


def test_only_what_is_named_goes_into_the_image():
    first, *rest = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert first == "*"
    taken = {line.removeprefix("!") for line in rest if line.startswith("!")}
    assert {"manage.py", "requirements.txt", "templates", "static", "smartservice"} <= taken
    assert not taken & {"tests", "var", "secrets", ".git", ".venv"}
