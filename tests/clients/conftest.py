"""Other people's clients, installed from npm and PyPI into pytest's cache, once per version.

Where a registry or node cannot be had, the tests are skipped with that reason; CI allows it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOT_TO_BE_HAD

# The one place that says which versions are met; raise them on purpose, one at a time.
INSPECTOR = "@modelcontextprotocol/inspector@0.15.0"
CONFLUENCE_JS = "confluence.js@3.2.0"
MCP_ATLASSIAN = "mcp-atlassian==0.23.1"
MD2CONF = "markdown-to-confluence==0.6.5"
INSTALL_SECONDS = 300


@pytest.fixture(scope="session")
def node():
    """Where node is."""
    return _program("node")


@pytest.fixture(scope="session")
def npm(node, pytestconfig):
    """The folder of a package's modules, by its name and version."""
    return lambda package: _npm(pytestconfig.cache.mkdir("clients"), package)


@pytest.fixture(scope="session")
def python_client(pytestconfig):
    """The folder of a package's commands, in an environment of its own."""
    return lambda package: _pip(pytestconfig.cache.mkdir("clients"), package)


def _npm(cache, package):
    folder = cache / package.replace("/", "-").replace("@", "-")
    if not (folder / "node_modules").is_dir():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        asked = ["install", "--no-audit", "--no-fund", "--no-save", package]
        _install([_program("npm"), *asked], folder, package)
    return folder / "node_modules"


def _pip(cache, package):
    folder = cache / package
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=INSTALL_SECONDS)
        _install([folder / "bin" / "pip", "install", "--quiet", package], folder, package)
        (folder / "installed").touch()
    return folder / "bin"


def _install(command, folder, package):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS
    )
    if done.returncode:
        pytest.skip(f"{NOT_TO_BE_HAD} {package}: {done.stderr.strip()[-200:]}")


def _program(name):
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{NOT_TO_BE_HAD} {name}")
    return found


def run(command, *, seconds=120, **options):
    """What it printed; it must end well."""
    environment = os.environ | options.pop("env", {})
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        timeout=seconds,
        env=environment,
        **options,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


HERE = Path(__file__).resolve().parent
