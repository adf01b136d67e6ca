"""Run the real command: as a process, as a process in a terminal, or inside the test's own."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCRIPT = Path(sys.executable).with_name("rejoinder")
COMMAND = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "bot"]
PATIENCE = 60.0  # seconds until a process that does not answer counts as hanging

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x1b\x07]*(?:\x1b\\|\x07)|[@-Z=>\\-_])")

# A line that is erased by what comes after it.
_DRAWN_OVER = re.compile(r"[^\n]*\r\x1b\[2K")


@dataclass(frozen=True)
class Result:
    """What a run left behind: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Read standard output as JSON lines; each line must be one object."""
        found = [json.loads(line) for line in self.out.split("\n") if line]
        assert all(isinstance(item, dict) for item in found)
        return found

    def calm(self, status: int = 0) -> Result:
        """Hold that it ended with a status and without a traceback or an internal error."""
        everything = self.out + self.err
        assert self.status == status, everything
        assert "Traceback" not in everything
        assert "Something went wrong inside" not in everything, everything
        assert "Exception ignored" not in everything
        return self


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Make the environment of a child: nothing of the developer's settings, and patience."""
    names = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept |= {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    # A busy machine must not turn a slow commit into a spooled one.
    return kept | {"REJOINDER_LOG_TIME_LIMIT": "30"} | extra


@dataclass(frozen=True)
class Place:
    """A topic folder and a data directory with the topic's cache, both free to be spoilt."""

    topic: Path
    data: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def options(self) -> list[str]:
        return ["--knowledge", str(self.topic), "--data", str(self.data)]

    @property
    def database(self) -> Path:
        return self.data / "querylog.sqlite3"

    def rows(self, columns: str = "text") -> list[Any]:
        """Read the log as another program would: single columns as values, several as tuples."""
        if not self.database.exists():
            return []
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            if not connection.execute(
                "SELECT 1 FROM sqlite_schema WHERE name='queries'"
            ).fetchone():
                return []
            found = connection.execute(f"SELECT {columns} FROM queries ORDER BY id").fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def run(self, *arguments: str | bytes, stdin: bytes = b"", **extra: str) -> Result:
        """Run the command to its end in a process of its own, on this place."""
        return self.start(*arguments, **extra).finish(stdin)

    def start(self, *arguments: str | bytes, preexec: Any = None, **extra: str) -> Running:
        """Start the command in a process of its own, on this place."""
        process = subprocess.Popen(
            [*COMMAND, *arguments, *self.options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(self.data.parent, **extra),
            cwd=self.data.parent,
            preexec_fn=preexec,  # noqa: PLW1509 - sets a resource limit, which takes no lock
        )
        self.started.append(process)
        return Running(process)

    def end(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            with contextlib.suppress(ValueError, OSError):
                process.communicate()


@dataclass(frozen=True)
class Running:
    """A process under way, with pipes for all three streams."""

    process: subprocess.Popen[bytes]

    def finish(self, stdin: bytes | None = None) -> Result:
        """Write the rest of its input, wait for its end and read what it wrote."""
        try:
            out, err = self.process.communicate(stdin, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return Result(self.process.returncode, out.decode("utf-8"), err.decode("utf-8", "replace"))

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode("utf-8")


def git(place: Place, *arguments: str) -> str:
    """Run git in a place's topic, as somebody who is not the program."""
    me = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(
        ["git", "-C", str(place.topic), *me, *arguments],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened that another process does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


class Terminal:
    """The command in a pseudo-terminal of 80 columns, typed at like a user."""

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str], *, columns: int = 80
    ) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self._master = master
        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.raw = ""
        self._seen = 0

    def type(self, text: str) -> None:
        """Type some keys; `\\r` is the return key, `\\x03` Ctrl-C, `\\x04` Ctrl-D."""
        os.write(self._master, text.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send a signal that ends the command, once more where it does not.

        Python notices one that comes while readline sets itself up only at the next key or signal.
        """
        self._process.send_signal(number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.send_signal(number)

    def expect(self, text: str) -> str:
        """Wait until a text is shown that was not expected before; return what led to it."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.screen.find(text, self._seen)) < 0:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} never came; shown: {self.screen[self._seen :]!r}")
        shown = self.screen[self._seen : found + len(text)]
        self._seen = found + len(text)
        return shown

    @property
    def screen(self) -> str:
        """What was shown, without colours and cursor movements."""
        return _ESCAPES.sub("", self.raw).replace("\r", "")

    @property
    def left(self) -> str:
        """What is left on the screen, without the lines that a bar of progress drew over."""
        return _ESCAPES.sub("", _DRAWN_OVER.sub("", self.raw)).replace("\r", "")

    def end(self) -> int:
        """Read to the end and return the exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError(f"the terminal hangs; shown: {self.screen[-2000:]!r}")
        try:
            chunk = os.read(self._master, 65536)
        except OSError:  # Linux: the other side has closed
            return False
        if b"\x1b[6n" in chunk:
            # What a real terminal replies when it is asked where its cursor is.
            os.write(self._master, b"\x1b[1;1R")
        self.raw += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextlib.contextmanager
def terminal(
    arguments: Sequence[str], home: Path, *, columns: int = 80, **extra: str
) -> Iterator[Terminal]:
    """Open the command in a terminal and end it in any case."""
    opened = Terminal(arguments, environment(home, **extra), columns=columns)
    try:
        yield opened
    finally:
        opened.close()
