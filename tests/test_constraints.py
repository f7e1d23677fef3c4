"""constraints.txt pins everything that is installed, and nothing of one machine."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line) for line in lines]


def pinned():
    return {canonicalize_name(pin[1]): pin[2] for pin in pins()}


def test_every_line_is_a_name_and_a_version():
    assert all(pins())


def test_each_dependency_is_pinned_to_a_version_it_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    versions = pinned()

    for wanted in map(Requirement, project["dependencies"] + extras):
        assert versions[canonicalize_name(wanted.name)] in wanted.specifier, wanted


def test_each_dependency_has_its_reason_and_licence_told():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    told = (ROOT / "docs/decisions/14-dependencies.md").read_text()

    names = {Requirement(each).name for each in project["dependencies"] + extras}

    assert [
        name for name in sorted(names) if not re.search(rf"(?<![\w-]){name}(?![\w-])", told)
    ] == []


def test_whatever_they_bring_along_is_pinned_too():
    versions = pinned()

    loose = {name: each for name, each in brought_along().items() if versions.get(name) != each}

    assert loose == {}


def brought_along():
    """Name and installed version of all that syncadmin needs, directly or not."""
    found = {}
    waiting = [("syncadmin", extra) for extra in ("", "redis", "dev")]
    while waiting:
        name, extra = waiting.pop()
        here = distribution(name)
        for wanted in map(Requirement, here.requires or []):
            if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
                continue
            key = canonicalize_name(wanted.name)
            if key not in found:
                found[key] = distribution(key).version
                waiting += [(key, each) for each in ("", *wanted.extras)]
    return found
