"""Make one commit of changed files, move the branch to it, and bring the work tree along.

The order is what makes it safe: objects are written beside the repository and taken in whole; a
note in the journal; the branch moves by compare-and-swap; the work tree and the index follow. All
of it under the lock of publishing and under git's own lock of the index.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import structlog

from bot.curation.git import Blob, Git, Signature
from bot.curation.journal import Desk, Journal, PublishError
from bot.curation.objects import adopt, store
from bot.curation.worktree import dirty, index_lines, is_topic_file, refresh, temporary, topic_paths

_log = structlog.get_logger(__name__)


class NewerHeadError(PublishError):
    """Report that somebody published since: ``base`` is what was expected, ``head`` what is."""

    def __init__(self, base: str, head: str) -> None:
        super().__init__(
            f"The knowledge has changed since: it is at {head[:12]} now, not at {base[:12]}.",
            hint="Look at the newer version and make the change again on top of it.",
        )
        self.base = base
        self.head = head


@dataclass(frozen=True)
class Recovery:
    """What ``recover`` found: the commit of an interrupted publish, and whether it is out.

    ``kept`` names files that somebody edited since, which were left as they are. Where
    ``is_complete`` is false the work tree could not be written yet; the journal waits.
    """

    commit: str
    is_published: bool
    kept: tuple[str, ...] = ()
    is_complete: bool = True


@dataclass(frozen=True)
class Publishing:
    """One publish, or the end of an interrupted one, while the lock of publishing is held."""

    git: Git
    desk: Desk
    prefix: str

    def publish(
        self,
        contents: Mapping[str, bytes],
        base: str,
        author: Signature,
        message: str,
        *,
        by_hand: bool,
    ) -> tuple[str, tuple[str, ...]]:
        """Publish files; see ``Repository.publish``.

        Returns the commit's id and the paths of files that somebody edited in that moment.
        """
        unfinished = self.finish()
        if unfinished is not None and not unfinished.is_complete:
            raise PublishError(
                f"The files in {self.git.root} could not be brought up to the last publish yet.",
                hint=f"See that they can be written, and that {self.desk.index_lock} is gone.",
            )
        self.desk.begin()
        try:
            with self._index_locked():
                journal, old, new = self._commit(contents, base, author, message, by_hand=by_hand)
                kept, is_done = refresh(self.git, self.desk, journal.paths, old, new)
        except Exception as error:
            # A command may time out, or a disk fill up, after the branch has moved.
            found = self.finish()
            if found is not None and found.is_published:
                return found.commit, found.kept
            if isinstance(error, OSError):
                raise PublishError(
                    f"The repository in {self.git.root} cannot be written: {error.strerror}."
                ) from error
            raise
        if not is_done:
            _log.warning("publish_files_not_refreshed", commit=journal.commit)
        self.desk.end(keep_journal=not is_done)
        return journal.commit, kept

    def finish(self) -> Recovery | None:
        """Complete or drop what an interrupted publish left; see ``Repository.recover``."""
        journal = self.desk.read()
        self.desk.break_own_locks(self.git.common, journal)
        if journal is None:
            self.desk.end()
            return None
        for path in journal.paths:
            with contextlib.suppress(OSError):
                temporary(self.git.root, path).unlink()
        arguments = ("merge-base", "--is-ancestor", journal.commit, journal.branch)
        if self.git.run(*arguments, accept=(0, 1, 128)).returncode:
            self.desk.end()
            return Recovery(journal.commit, is_published=False)
        old, new, now = (
            self.git.tree(commit, journal.paths)
            for commit in (journal.base, journal.commit, "HEAD")
        )
        # What somebody committed on top since is theirs; they had the file in front of them.
        paths = [path for path in journal.paths if now.get(path) == new.get(path)]
        self.desk.begin()
        kept: tuple[str, ...] = ()
        is_done = False
        with contextlib.suppress(OSError), self.desk.index_locked():
            kept, is_done = refresh(self.git, self.desk, paths, old, new)
        self.desk.end(keep_journal=not is_done)
        return Recovery(journal.commit, is_published=True, kept=kept, is_complete=is_done)

    def refuse_unfinished(self) -> None:
        """Raise PublishError while somebody is in the middle of a merge or the like."""
        if what := self.git.busy_with():
            raise PublishError(
                f"Somebody is in the middle of a {what} in {self.git.root}.",
                hint=f"Finish it (git commit) or give it up (git {what} --abort) first.",
            )

    @contextlib.contextmanager
    def _index_locked(self) -> Iterator[None]:
        try:
            lock = contextlib.ExitStack()
            lock.enter_context(self.desk.index_locked())
        except TimeoutError:
            raise PublishError(
                f"Another git command is at work in {self.git.root}.",
                hint=f"Wait for it, or, where none is running, remove {self.desk.index_lock}.",
            ) from None
        with lock:
            yield

    def _commit(
        self,
        contents: Mapping[str, bytes],
        base: str,
        author: Signature,
        message: str,
        *,
        by_hand: bool,
    ) -> tuple[Journal, Mapping[str, Blob], Mapping[str, Blob]]:
        branch = self.git.branch()
        head = self.git.resolve("HEAD")
        if head != base:
            raise NewerHeadError(base, head)
        self.refuse_unfinished()
        old = self.git.tree(head, topic_paths(self.prefix))
        changes = self._changes(old, contents)
        if not by_hand:
            self._refuse_edited(old, changes)

        scratch = self.git.using(index=self.desk.work / "index", objects=self.desk.objects)
        new = store(scratch, changes, old)
        scratch.run("read-tree", head)
        touched = {path: new.get(path) for path in changes}
        lines = index_lines(touched, len(head))
        scratch.run("update-index", "-z", "--index-info", stdin=lines)
        arguments = ("commit-tree", scratch.line("write-tree"), "-p", head, "-F", "-")
        commit = scratch.line(*arguments, stdin=message.encode(), by=author)
        adopt(self.desk.objects, self.git.common / "objects")

        journal = Journal(branch, head, commit, tuple(changes))
        self.desk.write(journal)
        self._move(journal, author)
        return journal, old, new

    def _changes(
        self, old: Mapping[str, Blob], contents: Mapping[str, bytes]
    ) -> dict[str, bytes | None]:
        """Return the new bytes of each file that changes, by path; None removes it."""
        changes: dict[str, bytes | None] = {}
        for name, data in sorted(contents.items()):
            if not is_topic_file(name):
                raise PublishError(f"{name!r} is not a file of a topic.")
            blob = old.get(self.prefix + name)
            if blob is not None and not blob.is_file:
                raise PublishError(
                    f"{name} is a link in the repository.", hint="Put the file itself there."
                )
            if blob is None or not blob.fits(data):
                changes[self.prefix + name] = data
        for path, blob in old.items():
            name = path.removeprefix(self.prefix)
            if blob.is_file and is_topic_file(name) and name not in contents:
                changes[path] = None
        if not changes:
            raise PublishError("There is nothing to publish: no file would change.")
        return changes

    def _refuse_edited(self, old: Mapping[str, Blob], changes: Mapping[str, bytes | None]) -> None:
        edited = [
            name for name in dirty(self.git, old, self.prefix) if self.prefix + name in changes
        ]
        if not edited:
            return
        names = ", ".join(edited[:10]) + (f" and {len(edited) - 10} more" if edited[10:] else "")
        verb = "has" if len(edited) == 1 else "have"
        raise PublishError(
            f"{names} {verb} edits that were never committed; nothing was published over them.",
            hint="Keep them with `rejoinder knowledge save -m why`, or take them back; then again.",
        )

    def _move(self, journal: Journal, author: Signature) -> None:
        moved = self.git.run(
            "update-ref", "-m", "rejoinder: publish", journal.branch, journal.commit, journal.base,
            accept=(0, 1, 128), by=author,
        )  # fmt: skip
        if moved.returncode == 0:
            return
        head = self.git.resolve("HEAD")
        if head != journal.base:
            raise NewerHeadError(journal.base, head)
        raise PublishError(
            f"The branch {journal.branch.removeprefix('refs/heads/')} cannot be moved: "
            f"{self.git.common / journal.branch}.lock is in the way, or it cannot be written.",
            hint="Try again; where no git command is running, remove the lock.",
        )
