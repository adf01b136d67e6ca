"""The files that say what is installed and how agree with one another.

This folder must not become a package of its own: ``packaging`` is a library that pytest imports.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


@dataclass(frozen=True)
class Pin:
    """One entry of a lock file; a package has several where versions differ by Python."""

    version: str
    marker: str
    hashes: frozenset[str]


def read_lock(path: Path) -> dict[str, list[Pin]]:
    pins: dict[str, list[Pin]] = defaultdict(list)
    for entry in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        wanted, *hashes = re.split(r"\s+--hash=", entry.strip())
        requirement = Requirement(wanted)
        [pin] = requirement.specifier
        assert pin.operator == "==", entry
        name = canonicalize_name(requirement.name)
        pins[name].append(Pin(pin.version, str(requirement.marker or ""), frozenset(hashes)))
    return pins


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def wanted_by(lock: str) -> list[Requirement]:
    table = project()
    wanted = list(table["project"]["dependencies"])
    if lock == "dev":
        wanted += table["dependency-groups"]["dev"]
    return [Requirement(line) for line in wanted]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_every_dependency_in_a_version_that_fits(lock: str) -> None:
    pins = read_lock(LOCKS[lock])
    for requirement in wanted_by(lock):
        found = pins[canonicalize_name(requirement.name)]
        assert found, f"{requirement.name} is not in {LOCKS[lock].name}: run `make lock`"
        for pin in found:
            assert requirement.specifier.contains(pin.version, prereleases=True), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    for name, pins in read_lock(LOCKS[lock]).items():
        for pin in pins:
            assert pin.hashes, name
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in pin.hashes), name


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_sets_no_option_but_hashes(lock: str) -> None:
    text = LOCKS[lock].read_text("utf-8")
    assert "://" not in text
    assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", text)) == {"--hash"}


def test_development_lock_extends_the_runtime_lock() -> None:
    run, dev = (read_lock(path) for path in LOCKS.values())
    assert {name: dev[name] for name in run} == run


def build_tools(file: str) -> set[str]:
    found = re.search(r'BUILD_TOOLS\s*:?="?([a-z -]+)', (ROOT / file).read_text("utf-8"))
    assert found, file
    return set(found[1].split())


def test_build_tools_are_the_backend_and_all_it_needs() -> None:
    needed: set[str] = set()
    waiting = ["editables"] + [
        Requirement(line).name for line in project()["build-system"]["requires"]
    ]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in needed:
            continue
        needed.add(name)
        waiting += [
            requirement.name
            for requirement in map(Requirement, metadata.requires(name) or [])
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ]
    assert build_tools("Makefile") == needed
    assert build_tools("Dockerfile") == needed
    assert needed <= read_lock(LOCKS["dev"]).keys()


def make(*arguments: str) -> str:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_help_lists_every_target_and_is_the_default() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([A-Za-z][\w-]*)\s*:(?!=)", makefile, re.MULTILINE))
    listed = dict(re.findall(r"^  make ([\w-]+) +(\S.*)$", make("help"), re.MULTILINE))
    assert targets == listed.keys()
    assert set(re.findall(r"^\.PHONY: ([a-z].*)$", makefile, re.MULTILINE)) == targets
    assert make() == make("help")


def test_help_is_plain_text_outside_a_terminal() -> None:
    assert "\033" not in make("help")


def test_set_up_and_image_name_no_registry() -> None:
    for file in ("Makefile", "Dockerfile", "compose.yaml", ".ci/run"):
        text = (ROOT / file).read_text("utf-8")
        assert not re.search(r"://|(?<!--no-emit-)index-url|find-links|trusted-host", text), file
