"""Run git so that nobody's settings, hooks, editors or pagers have a say in it.

Only plumbing that stores and reads bytes as they are is used: no filters, no line-end conversion,
no renames guessed. All functions block; call them in a thread.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bot.errors import RejoinderError, UsageError
from bot.knowledge.words import clean

TIMEOUT = 60.0  # seconds for one git command; the longest wait is for a slow disk
_NOWHERE = os.devnull
# What a repository's own configuration could otherwise make git run, sign, convert or hide.
_SETTINGS = {
    "commit.gpgSign": "false",
    "core.attributesFile": _NOWHERE,
    "core.autocrlf": "false",
    "core.filesRefLockTimeout": "5000",
    "core.fsmonitor": "false",
    "core.fsync": "committed,reference",
    "core.hooksPath": _NOWHERE,
    "core.splitIndex": "false",
    "gc.auto": "0",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "index.sparse": "false",
    "log.mailmap": "false",
    "log.showRoot": "true",
    "log.showSignature": "false",
    # The owner of a mounted folder is often somebody else; nothing of it is run, see above.
    "safe.directory": "*",
}
_OPTIONS = tuple(part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}"))
_REVISION = re.compile(r"[^\W_][\w./~^@{}-]{0,200}")
_BUSY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


class GitError(RejoinderError):
    """Report a git command that failed where it should not."""


class Blob(NamedTuple):
    """A file as git stores it: its mode in octal and the id of its bytes."""

    mode: str
    id: str

    def fits(self, data: bytes) -> bool:
        """Tell whether data are these bytes; line ends that git for Windows wrote do not count."""
        return self.id in {
            object_id(data, len(self.id)),
            object_id(data.replace(b"\r\n", b"\n"), len(self.id)),
        }

    @property
    def is_file(self) -> bool:
        """Tell a regular file from a link or a submodule."""
        return self.mode in {"100644", "100755"}


class Signature(NamedTuple):
    """Who a commit says made it."""

    name: str
    email: str


class Changed(NamedTuple):
    """A file that a commit changed against its first parent; None where there was or is none."""

    path: str
    before: Blob | None
    after: Blob | None


class Logged(NamedTuple):
    """A commit of the branch, with what it changed."""

    id: str
    author: str
    seconds: int
    message: str
    changes: tuple[Changed, ...]


def object_id(data: bytes, length: int) -> str:
    """Return the id that git gives to a file's bytes; ``length`` is that of its ids, 40 or 64."""
    kind = hashlib.sha256 if length == 64 else hashlib.sha1
    return kind(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def signature(author: str) -> Signature:
    """Return a name that git accepts, and an address that leads nowhere."""
    name = clean(re.sub(r"[<>]", " ", author))[:100].strip(" .,:;'\"\\") or "moderator"
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "moderator"
    return Signature(name, f"{slug}@rejoinder.invalid")


def tidy_message(reason: str) -> str:
    """Return a reason as one line without control characters that git takes for nothing else.

    Where it starts with a mark, as comments do in git's editor, a space goes before it.
    """
    line = clean(reason)
    return f"{line}\n" if line[:1].isalnum() else f" {line}\n"


@dataclass(frozen=True)
class Git:
    """A work tree and its git folder; both absolute."""

    root: Path
    folder: Path
    """the work tree's own git folder: .git, or .git/worktrees/NAME"""
    common: Path
    """the git folder that all work trees share"""
    index: Path | None = None
    """an index to use instead of the work tree's own"""
    objects: Path | None = None
    """where new objects go instead of the repository"""
    lock: int | None = None
    """descriptor of a lock that every command holds too, so that it outlives this process"""

    @classmethod
    def find(cls, folder: Path) -> Git:
        """Return the work tree around a folder.

        Raises UsageError where git is missing, there is no repository or it is a bare one.
        """
        here = cls(folder, folder, folder)
        wanted = ("--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir")
        found = here.run("rev-parse", *wanted, accept=(0, 128))
        lines = os.fsdecode(found.stdout).splitlines()
        if not lines:
            reason = found.stderr.decode(errors="replace")
            if "not a git repository" not in reason:
                raise UsageError(f"git cannot read the repository of {folder}: {_brief(reason)}.")
            raise UsageError(
                f"{folder} is not in a git repository, so there is no history to publish to.",
                hint="Make one with `rejoinder knowledge init`, or with `git init` and a commit.",
            )
        if lines[0] != "true":
            raise UsageError(
                f"The git repository of {folder} is a bare one, without files to answer from.",
                hint="Clone it, and give --knowledge the clone.",
            )
        top = os.fsdecode(here.run("rev-parse", "--show-toplevel").stdout).removesuffix("\n")
        return cls(Path(top).resolve(), Path(lines[1]), (folder / lines[2]).resolve())

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        accept: Iterable[int] = (0,),
        by: Signature | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one git command.

        ``accept`` are the exit statuses that are answers; any other raises GitError, and so does
        a command that takes longer than TIMEOUT. Raises UsageError where git is not installed.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
                ["git", *_OPTIONS, "--no-pager", "--literal-pathspecs", *arguments],  # noqa: S607
                input=stdin,
                capture_output=True,
                cwd=folder or self.root,
                env=self._environment(by),
                timeout=TIMEOUT,
                check=False,
                pass_fds=() if self.lock is None else (self.lock,),
            )
        except FileNotFoundError as error:
            if error.filename != "git":
                raise UsageError(f"There is no folder {folder or self.root}.") from None
            raise UsageError(
                "git is not installed, and the history of the knowledge is kept with it.",
                hint="Install git (Debian, Ubuntu: sudo apt install git), then try again.",
            ) from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]} took longer than {TIMEOUT:.0f} s.") from None
        except OSError as error:
            raise GitError(f"git cannot be run in {self.root}: {error.strerror}.") from error
        if done.returncode not in accept:
            reason = _brief(done.stderr.decode(errors="replace"))
            raise GitError(f"git {arguments[0]} failed: {reason or done.returncode}.")
        return done

    def line(self, *arguments: str, stdin: bytes = b"", by: Signature | None = None) -> str:
        """Run one git command and return the line that it prints."""
        return os.fsdecode(self.run(*arguments, stdin=stdin, by=by).stdout).strip()

    def using(
        self, *, index: Path | None = None, objects: Path | None = None, lock: int | None = None
    ) -> Git:
        """Return the same work tree with an index, a folder for new objects, or a lock."""
        return replace(
            self,
            index=index or self.index,
            objects=objects or self.objects,
            lock=self.lock if lock is None else lock,
        )

    def branch(self) -> str:
        """Return the checked-out branch as a full ref; raises UsageError where there is none."""
        found = self.run("symbolic-ref", "-q", "HEAD", accept=(0, 1))
        if found.returncode:
            raise UsageError(
                f"No branch is checked out in {self.root} (git calls it a detached HEAD).",
                hint="Check out a branch: git switch main",
            )
        return os.fsdecode(found.stdout).strip()

    def busy_with(self) -> str | None:
        """Return what somebody has begun and not finished in the work tree, such as a merge."""
        begun = (what for name, what in _BUSY.items() if (self.folder / name).exists())
        return next(begun, None)

    def resolve(self, revision: str) -> str:
        """Return the full id of a commit; raises UsageError where there is no such commit."""
        if _REVISION.fullmatch(revision):
            arguments = ("rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
            found = self.run(*arguments, accept=(0, 1, 128))
            if found.returncode == 0:
                return found.stdout.decode().strip()
        raise UsageError(
            f"There is no commit {clean(revision)[:60]!r} in {self.root}.",
            hint="`rejoinder knowledge history` lists the commits.",
        )

    def tree(self, commit: str, paths: Sequence[str]) -> dict[str, Blob]:
        """Return a commit's files by path: those given, and all below the folders given."""
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        found: dict[str, Blob] = {}
        for record in _records(listed.stdout):
            about, path = record.split("\t", 1)
            mode, _, blob = about.split(" ")
            found[path] = Blob(mode, blob)
        return found

    def staged(self, paths: Sequence[str]) -> dict[str, Blob]:
        """Return the index's files by path, as ``tree`` does; one in conflict has no id."""
        found: dict[str, Blob] = {}
        for record in _records(self.run("ls-files", "-s", "-z", "--", *paths).stdout):
            about, path = record.split("\t", 1)
            mode, blob, stage = about.split(" ")
            found[path] = Blob(mode, blob if stage == "0" else "")
        return found

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of files by id."""
        wanted = list(dict.fromkeys(ids))
        output = memoryview(
            self.run("cat-file", "--batch", stdin="".join(f"{i}\n" for i in wanted).encode()).stdout
        )
        found: dict[str, bytes] = {}
        position = 0
        for blob in wanted:
            end = bytes(output[position : position + 200]).index(b"\n") + position
            head = bytes(output[position:end]).decode().split(" ")
            if len(head) != 3 or head[1] != "blob":
                raise GitError(f"The repository lacks the file {blob}.", hint="Run `git fsck`.")
            position = end + 1 + int(head[2])
            found[blob] = bytes(output[end + 1 : position])
            position += 1
        return found

    def log(self, start: str, paths: Sequence[str], *, limit: int | None = None) -> list[Logged]:
        """Return the commits of a branch that changed any of the paths, newest first.

        The branch is followed along first parents, so each step is what a merge brought as one.
        """
        wanted = [] if limit is None else [f"-n{limit}"]
        output = self.run(
            "log", "-z", "--raw", "-r", "--no-abbrev", "--no-renames", "--no-color",
            "--first-parent", "--diff-merges=first-parent", *wanted,
            "--format=tformat:%H%x00%an%x00%at%x00%B%x00", start, "--", *paths,
        ).stdout  # fmt: skip
        fields = output.decode("utf-8", "surrogateescape").split("\0")
        found: list[Logged] = []
        position = 0
        while position + 4 <= len(fields):
            if not (commit := fields[position].strip()):
                position += 1
                continue
            author, seconds, message = fields[position + 1 : position + 4]
            position += 4
            changes: list[Changed] = []
            while position < len(fields):
                raw = fields[position].lstrip("\n")
                if raw.startswith(":"):
                    changes.append(_changed(raw, fields[position + 1]))
                    position += 2
                elif raw:
                    break
                else:
                    position += 1
            found.append(Logged(commit, author, int(seconds), message, tuple(changes)))
        return found

    @cached_property
    def index_file(self) -> Path:
        """Return where the work tree's own index is kept."""
        return self.folder / "index"

    def _environment(self, by: Signature | None) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        kept |= {
            "GIT_CONFIG_GLOBAL": _NOWHERE,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
            "TZ": "UTC",  # a commit need not tell where its author lives
        }
        if self.index is not None:
            kept["GIT_INDEX_FILE"] = str(self.index)
        if self.objects is not None:
            kept["GIT_OBJECT_DIRECTORY"] = str(self.objects)
            kept["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = _quoted(self.common / "objects")
        if by is not None:
            for role in ("AUTHOR", "COMMITTER"):
                kept[f"GIT_{role}_NAME"], kept[f"GIT_{role}_EMAIL"] = by
        return kept


def _records(output: bytes) -> list[str]:
    return os.fsdecode(output).split("\0")[:-1]


def _changed(raw: str, path: str) -> Changed:
    mode_before, mode_after, before, after, _ = raw[1:].split(" ")
    return Changed(
        path,
        Blob(mode_before, before) if int(mode_before, 8) else None,
        Blob(mode_after, after) if int(mode_after, 8) else None,
    )


def _brief(reason: str) -> str:
    lines = [line for line in reason.splitlines() if line.strip()]
    return clean(lines[0])[:200].removeprefix("fatal: ").rstrip(".") if lines else ""


def _quoted(path: Path) -> str:
    # In the list of alternates a colon parts two of them, unless it stands in quotes.
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
