"""The git repository that a topic lives in: read its releases, publish one, undo one.

A publish is one commit on the branch that is checked out. Its tree is built beside the index and
the branch moves by compare-and-swap, so what other people have edited or staged stays theirs.
Every function blocks for some tens of milliseconds; call them in a thread.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.curation.creation import create
from bot.curation.git import Blob, Changed, Git, Logged, signature, tidy_message
from bot.curation.journal import Desk, PublishError
from bot.curation.nodes import entry_view
from bot.curation.publishing import NewerHeadError, Publishing, Recovery
from bot.curation.undo import UndoConflict, undone
from bot.curation.worktree import dirty, is_topic_file, topic_paths
from bot.errors import UsageError
from bot.knowledge.files import resolve_folder

__all__ = [
    "Commit", "FileDiff", "NewerHeadError", "PublishError", "Recovery", "Repository",
    "UndoConflict",
]  # fmt: skip


@dataclass(frozen=True)
class Commit:
    """A release in git. ``reason`` is its whole message, ``when`` has a time zone (UTC)."""

    id: str
    author: str
    when: datetime
    reason: str
    kept: tuple[str, ...] = field(default=(), compare=False)
    """after a publish: files that somebody edited in that moment, left as they edited them"""


@dataclass(frozen=True)
class FileDiff:
    """A file that differs between two commits; None where it does not exist."""

    name: str
    before: bytes | None
    after: bytes | None

    @property
    def text(self) -> str:
        """Return the difference as a unified diff, for people."""
        lines = difflib.unified_diff(
            _lines(self.before),
            _lines(self.after),
            "/dev/null" if self.before is None else f"a/{self.name}",
            "/dev/null" if self.after is None else f"b/{self.name}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


class Repository:
    """A topic's folder under git; names of files are relative to that folder, with ``/``."""

    def __init__(self, git: Git, folder: Path) -> None:
        self._git = git
        self._desk = Desk(git.folder)
        self.folder = folder
        """the topic's folder"""
        relative = folder.relative_to(git.root).as_posix()
        self._prefix = "" if relative == "." else f"{relative}/"

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """Open the repository of a topic's folder, or of a folder with one topic in it.

        Raises UsageError where there is no topic, no git, no repository with it committed, a bare
        repository or no branch checked out.
        """
        topic = resolve_folder(folder)
        git = Git.find(topic)
        git.branch()
        found = cls(git, topic)
        if git.run("rev-parse", "--verify", "-q", "HEAD", accept=(0, 1)).returncode:
            tracked: Mapping[str, Blob] = {}
        else:
            tracked = git.tree("HEAD", [f"{found._prefix}topic.yaml"])
        if not tracked:
            raise UsageError(
                f"{topic} is in the git repository {git.root}, but it was never committed.",
                hint=f"Commit it first: git -C {topic} add . && git -C {topic} commit",
            )
        return found

    @classmethod
    def create(cls, folder: Path, shipped: Path) -> Repository:
        """Make a repository in an empty or missing folder; its first commit is a copy of a topic.

        One that was interrupted is taken up again. Raises UsageError where the folder holds
        anything else.
        """
        create(folder, shipped)
        return cls.open(folder)

    def head(self) -> Commit:
        """Return the release that is checked out."""
        return self._commit(self._git.log("HEAD", [], limit=1)[0])

    def contents(self, commit: str) -> Mapping[str, bytes]:
        """Return the bytes of a commit's topic files by name.

        Raises UsageError where there is no such commit.
        """
        files = self._files(self._git.resolve(commit))
        data = self._git.blobs(blob.id for blob in files.values())
        return {name: data[blob.id] for name, blob in files.items()}

    def dirty(self) -> tuple[str, ...]:
        """Return the topic's YAML files that are not as in HEAD: edited, staged, gone or new.

        A publish that is under way is waited for. Raises PublishError where that takes too long.
        """
        if found := self._dirty():
            with self._desk.locked():
                found = self._dirty()
        return found

    def _dirty(self) -> tuple[str, ...]:
        tree = self._git.tree("HEAD", topic_paths(self._prefix))
        return tuple(dirty(self._git, tree, self._prefix))

    def publish(
        self,
        contents: Mapping[str, bytes],
        *,
        base: str,
        author: str,
        reason: str,
        by_hand: bool = False,
    ) -> Commit:
        """Make a commit of the whole topic's files as given, and bring the work tree up to it.

        ``contents`` are all files, by name: one that is missing is removed. Files that differ
        from ``base``, the id of the commit that the change was made on, only in their line ends
        count as unchanged. Raises NewerHeadError where HEAD is another commit than ``base``, and
        PublishError where a file to be changed has uncommitted edits, nothing would change, or
        the repository cannot be written. Then nothing has changed. What cannot be refreshed
        after the branch has moved is finished by the next ``publish`` or ``recover``. With
        ``by_hand`` the contents are somebody's uncommitted edits themselves.
        """
        message = tidy_message(reason)
        if not message.strip():
            raise PublishError("A publish needs a reason.", hint="Say why in a sentence.")
        if "topic.yaml" not in contents:
            raise PublishError("The files to publish are not a whole topic: no topic.yaml.")
        with self._publishing() as publishing:
            commit, kept = publishing.publish(
                contents, base, signature(author), message, by_hand=by_hand
            )
        (logged,) = self._git.log(commit, [], limit=1)
        return replace(self._commit(logged), kept=self._own(kept))

    def recover(self) -> Recovery | None:
        """Finish or clean up after a publish that was interrupted; None where there was none.

        Call it at start. The branch is either at the old commit, then nothing happened, or at the
        new one (or later), then the work tree and the index are brought up to it.
        """
        with self._publishing() as publishing:
            found = publishing.finish()
        return found and replace(found, kept=self._own(found.kept))

    def history(self, entry: str | None = None, limit: int = 20) -> list[Commit]:
        """Return the commits that changed the topic, or one entry of it, newest first.

        An entry's own commits are those that changed its fields, the place it belongs to, its
        phrasings or its translations. A merge counts as one commit.
        """
        found: list[Commit] = []
        for logged in self._log("HEAD"):
            if len(found) >= limit:
                break
            if entry is None or self._concerns(logged, entry):
                found.append(self._commit(logged))
        return found

    def diff(self, old: str, new: str) -> list[FileDiff]:
        """Return the topic's files that differ between two commits, by name.

        Raises UsageError where there is no such commit.
        """
        before, after = (self._files(self._git.resolve(commit)) for commit in (old, new))
        names = [n for n in sorted({*before, *after}) if _id(before, n) != _id(after, n)]
        ids = {
            blob.id for files in (before, after) for name, blob in files.items() if name in names
        }
        data = self._git.blobs(ids)
        return [
            FileDiff(name, data.get(_id(before, name) or ""), data.get(_id(after, name) or ""))
            for name in names
        ]

    def revert(self, commit: str, *, onto: str = "HEAD") -> Mapping[str, bytes]:
        """Return the topic's files as they would be on top of ``onto`` without one commit's change.

        Files that nothing touched since are as in the commit's parent, the others are merged by
        line. Publish the result with the id of ``onto`` as base. Raises UndoConflict where later
        commits changed the same lines, and UsageError where the commit is not one that changed
        the topic on this branch, or is its first.
        """
        wanted, top = self._git.resolve(commit), self._git.resolve(onto)
        log = self._log(top)
        place = next((n for n, logged in enumerate(log) if logged.id == wanted), None)
        if place is None:
            raise UsageError(
                f"The commit {wanted[:12]} changed nothing of this topic on its branch.",
                hint="`rejoinder knowledge history` lists those that can be undone.",
            )
        if all(change.before is None for change in log[place].changes) and any(
            change.path == f"{self._prefix}topic.yaml" for change in log[place].changes
        ):
            raise UsageError(f"The commit {wanted[:12]} made the topic; it cannot be undone.")
        files = dict(self.contents(top))
        for change in log[place].changes:
            name = change.path.removeprefix(self._prefix)
            later = [
                (logged, step)
                for logged in reversed(log[:place])
                for step in logged.changes
                if step.path == change.path
            ]
            data = undone(self._git, name, change, files.get(name), later)
            if data is None:
                files.pop(name, None)
            else:
                files[name] = data
        return files

    @contextmanager
    def _publishing(self) -> Iterator[Publishing]:
        with self._desk.locked() as descriptor:
            yield Publishing(self._git.using(lock=descriptor), self._desk, self._prefix)

    def _own(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path.removeprefix(self._prefix) for path in paths)

    def _files(self, commit: str) -> dict[str, Blob]:
        tree = self._git.tree(commit, topic_paths(self._prefix))
        named = {path.removeprefix(self._prefix): blob for path, blob in tree.items()}
        return {name: blob for name, blob in named.items() if is_topic_file(name) and blob.is_file}

    def _log(self, start: str) -> list[Logged]:
        found: list[Logged] = []
        for logged in self._git.log(start, topic_paths(self._prefix)):
            changes = tuple(filter(self._is_ours, logged.changes))
            if changes:
                found.append(logged._replace(changes=changes))
        return found

    def _is_ours(self, change: Changed) -> bool:
        return is_topic_file(change.path.removeprefix(self._prefix)) and all(
            blob.is_file for blob in (change.before, change.after) if blob
        )

    def _concerns(self, logged: Logged, entry: str) -> bool:
        blobs = [blob for change in logged.changes for blob in (change.before, change.after)]
        data = self._git.blobs(blob.id for blob in blobs if blob)
        before: dict[str, bytes] = {}
        after: dict[str, bytes] = {}
        for change in logged.changes:
            name = change.path.removeprefix(self._prefix)
            if change.before:
                before[name] = data[change.before.id]
            if change.after:
                after[name] = data[change.after.id]
        return entry_view(before, entry) != entry_view(after, entry)

    @staticmethod
    def _commit(logged: Logged) -> Commit:
        when = datetime.fromtimestamp(logged.seconds, UTC)
        return Commit(logged.id, logged.author, when, logged.message.strip())


def _id(files: Mapping[str, Blob], name: str) -> str | None:
    return files[name].id if name in files else None


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode(errors="replace").splitlines(keepends=True)
