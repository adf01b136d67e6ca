"""The Dockerfile's build steps by hand, as far as they need no container engine.

Installing the wheel into an empty environment is `make wheel-check`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Instruction:
    """One line of a Dockerfile, continuation lines joined."""

    name: str
    value: str


def read_dockerfile() -> list[list[Instruction]]:
    """Return the instructions of each stage."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    stages: list[list[Instruction]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, value = line.split(maxsplit=1)
            if name == "FROM":
                stages.append([])
            stages[-1].append(Instruction(name, " ".join(value.split())))
    return stages


def values(stage: list[Instruction], name: str) -> list[str]:
    return [instruction.value for instruction in stage if instruction.name == name]


def names_of(folder: Path) -> set[str]:
    """Return the files under a folder, without what Python and people's tools leave there."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def copied_in_build_stage() -> list[str]:
    return [
        source for value in values(read_dockerfile()[0], "COPY") for source in value.split()[:-1]
    ]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel from what the Dockerfile copies, and nothing else; return its file names."""
    folder = tmp_path_factory.mktemp("image")
    for source in copied_in_build_stage():
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / source, folder / source)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [path] = (folder / "dist").glob("*.whl")
    assert path.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_wheel_holds_the_model_with_its_provenance(wheel: set[str]) -> None:
    model = {f"bot/retrieval/model/{name}" for name in names_of(ROOT / "bot/retrieval/model")}
    assert "bot/retrieval/model/PROVENANCE.md" in model
    assert any(name.endswith(".onnx") for name in model)
    assert model <= wheel


def test_wheel_holds_the_migrations(wheel: set[str]) -> None:
    migrations = names_of(ROOT / "bot/querylog/migrations")
    assert any(name.startswith("versions/") for name in migrations)
    assert {f"bot/querylog/migrations/{name}" for name in migrations} <= wheel


def test_wheel_holds_the_shipped_topics(wheel: set[str]) -> None:
    topics = names_of(ROOT / "knowledge")
    assert any(name.endswith("/topic.yaml") for name in topics)
    assert {f"bot/topics/{name}" for name in topics} <= wheel


def test_wheel_holds_all_of_the_program_and_nothing_else(wheel: set[str]) -> None:
    program = {f"bot/{name}" for name in names_of(ROOT / "bot")}
    about = {name for name in wheel if re.match(r"rejoinder-[^/]+\.dist-info/", name)}
    topics = {name for name in wheel if name.startswith("bot/topics/")}
    assert wheel - about - topics == program
    assert not [name for name in wheel if "test" in Path(name).parts[0] or "/tests/" in name]
    assert {Path(name).name for name in about} >= {"METADATA", "LICENSE", "entry_points.txt"}


def test_build_context_lets_in_what_is_copied_and_no_more() -> None:
    lines = [
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied_in_build_stage())


def test_dependencies_are_installed_by_hash() -> None:
    installs = re.findall(
        r"pip (?:--python \S+ )?install ([^&]+)", " && ".join(values(read_dockerfile()[0], "RUN"))
    )
    assert len(installs) == 3
    assert all("--require-hashes" in one or "--no-deps --no-index" in one for one in installs)


def test_image_runs_as_a_fixed_user_who_is_not_root() -> None:
    final = read_dockerfile()[-1]
    [user] = values(final, "USER")
    found = re.fullmatch(r"(\d+):(\d+)", user)
    assert found
    assert int(found[1]) > 0
    assert int(found[2]) > 0
    assert f"--uid {found[1]} " in " ".join(values(final, "RUN"))


def test_image_keeps_its_promises() -> None:
    build, final = read_dockerfile()
    bases = {value.split()[0] for value in values(build, "FROM") + values(final, "FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+-slim(-[a-z]+)?", bases.pop())
    assert values(final, "ENTRYPOINT") == ['["rejoinder"]']
    assert values(final, "CMD") == ['["chat"]']
    assert values(final, "VOLUME") == ['["/data"]']
    [health] = values(final, "HEALTHCHECK")
    assert health.endswith('CMD ["rejoinder", "health"]')
    [environment] = values(final, "ENV")
    assert {"REJOINDER_DATA=/data", "PYTHONDONTWRITEBYTECODE=1"} <= set(environment.split())
    assert not re.search(r"(?i)token|secret|password", (ROOT / "Dockerfile").read_text("utf-8"))


def test_compose_gives_the_container_no_more_than_it_needs() -> None:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["rejoinder"]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [one.split(":")[0] for one in service["tmpfs"]] == ["/tmp"]
    [volume] = service["volumes"]
    name, target = volume.split(":")
    assert name in compose["volumes"]
    assert target == "/data"
