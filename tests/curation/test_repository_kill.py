"""Kill publishes anywhere: the next start finds the old release or the new one, whole.

REJOINDER_KILL_ROUNDS sets how many processes are killed (20); 100 is the number to prove.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.curation.repository import PublishError, Repository

from .repositories import edited, git, leftovers, made, on_disk, published, within

# Read here, as the tests' own environment is emptied of such names.
ROUNDS = int(os.environ.get("REJOINDER_KILL_ROUNDS", "20"))
ROOT = Path(__file__).parents[2]
ADDED = "proposals/tunnel.yaml"
GONE = "translations/ru/new-bridge.yaml"

# Publishes what the topic is not: one file edited, one added, one removed, or the reverse. Kills
# itself at the n-th thing that it does to files or processes, or at the first that names a text.
CHILD = """
import os, signal, sys
from pathlib import Path
from bot.curation.repository import Repository

folder, when = sys.argv[1:]
repository = Repository.open(Path(folder))
head = repository.head()
contents = dict(repository.contents(head.id))
facts, added, gone = "facts.yaml", "proposals/tunnel.yaml", "translations/ru/new-bridge.yaml"
if added in contents:
    contents[gone] = contents.pop(added)
    contents[facts] = contents[facts].replace(b"95,000", b"90,000")
else:
    contents[added] = contents.pop(gone)
    contents[facts] = contents[facts].replace(b"90,000", b"95,000")

number = 0
def hook(event, args):
    global number
    if event in EVENTS:
        number += 1
        if when == str(number) or (not when.isdigit() and when in repr(args)):
            os.kill(os.getpid(), signal.SIGKILL)

EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod",
          "subprocess.Popen"}
print("ready", flush=True)
if when != "-":
    sys.addaudithook(hook)
repository.publish(contents, base=head.id, author="moderator-1", reason="Told anew")
print(number, flush=True)
"""


def _start(repository: Repository, when: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(repository.folder), when],
        cwd=ROOT,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _kill_at(repository: Repository, when: str) -> int:
    """Let a process publish and kill itself; returns how many things it did, 0 where killed."""
    output, errors = (process := _start(repository, when)).communicate()
    assert process.returncode in {0, -signal.SIGKILL}, errors.decode()
    return int(output.split()[1]) if process.returncode == 0 else 0


def _kill_after(repository: Repository, seconds: float, *, with_git: bool) -> None:
    """Let a process publish and kill it, alone or with the git command that it runs."""
    process = _start(repository, "-")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(seconds)
    kill = os.killpg if with_git else os.kill
    kill(process.pid, signal.SIGKILL)
    errors = process.communicate()[1]
    assert process.returncode in {0, -signal.SIGKILL}, errors.decode()


def _prove_whole(root: Path, repository: Repository, base: str) -> bool:
    """Assert that nothing of a killed publish is left; returns whether it is out."""
    commits = git(root, "rev-list", f"{base}..HEAD").split()
    assert len(commits) <= 1
    assert git(root, "rev-parse", f"HEAD{'^' * len(commits)}").strip() == base
    assert on_disk(repository) == repository.contents("HEAD")
    assert (ADDED in on_disk(repository)) != (GONE in on_disk(repository))
    assert git(root, "status", "--porcelain") == "MM notes.txt\n"
    assert git(root, "diff", "--cached", "notes.txt").count("\n+staged") == 1
    assert leftovers(root) == []
    assert git(root, "fsck", "--full", "--strict", "--no-dangling", "--no-progress") == ""
    return bool(commits)


@pytest.mark.timeout(60 + 4 * ROUNDS)
def test_a_publish_killed_anywhere_is_out_or_not(tmp_path: Path) -> None:
    repository = within(tmp_path / "kb")
    root = tmp_path / "kb"
    (root / "notes.txt").write_text("staged\n")
    git(root, "add", "notes.txt")
    (root / "notes.txt").write_text("edited\n")
    steps = _kill_at(repository, "0")
    assert steps > 30
    chance = random.Random()
    outcomes = set()
    for number in range(ROUNDS):
        base = repository.head().id
        if number % 2:
            _kill_after(repository, chance.uniform(0, 0.15), with_git=number % 4 == 1)
        else:  # evenly over all that a publish does, from the first to the last
            _kill_at(repository, str(1 + (steps - 1) * number // max(1, ROUNDS - 2)))
        Repository.open(repository.folder).recover()
        outcomes.add(_prove_whole(root, repository, base))
    assert outcomes == {False, True}


def test_a_publish_also_finishes_the_one_before(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    base = repository.head().id
    assert _kill_at(repository, "rejoinder-tmp") == 0
    assert repository.dirty() != ()
    published(repository, edited(repository, "faq.yaml", "What is this?", "What's this?"))
    assert len(git(tmp_path / "kb", "rev-list", f"{base}..HEAD").split()) == 2
    assert on_disk(repository) == repository.contents("HEAD")
    assert git(tmp_path / "kb", "status", "--porcelain") == ""
    assert leftovers(tmp_path / "kb") == []
    assert repository.recover() is None


def test_recovery_says_which_edits_of_somebody_it_left(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    assert _kill_at(repository, "rejoinder-tmp") == 0
    facts = tmp_path / "kb" / "facts.yaml"
    facts.write_bytes(facts.read_bytes() + b"# mine, in between\n")
    mine = facts.read_bytes()
    recovery = repository.recover()
    assert recovery is not None
    assert (recovery.is_published, recovery.is_complete) == (True, True)
    assert recovery.commit == repository.head().id
    assert recovery.kept == ("facts.yaml",)
    assert facts.read_bytes() == mine
    assert repository.dirty() == ("facts.yaml",)
    assert git(tmp_path / "kb", "diff", "--cached") == ""


def test_recovery_leaves_what_somebody_committed_on_top(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    assert _kill_at(repository, "rejoinder-tmp") == 0
    root = tmp_path / "kb"
    (root / ".git" / "index.lock").unlink()  # as git tells people to
    git(root, "reset", "-q", "--hard")
    (root / "facts.yaml").write_bytes((root / "facts.yaml").read_bytes() + b"# on top\n")
    git(root, "commit", "-q", "-am", "On top")
    head = repository.head()
    recovery = repository.recover()
    assert recovery is not None
    assert (recovery.is_published, recovery.kept) == (True, ())
    assert repository.head() == head
    assert repository.dirty() == ()
    assert leftovers(root) == []


@pytest.mark.parametrize("is_moved", [False, True])
def test_locks_that_a_killed_git_leaves_are_removed(tmp_path: Path, is_moved: bool) -> None:
    repository = made(tmp_path / "kb")
    root = tmp_path / "kb"
    base = repository.head().id
    assert _kill_at(repository, "'update-ref'") == 0
    # git update-ref locks the branch and HEAD, writes, renames the branch's lock, removes HEAD's.
    commit = next(
        line.split()[2]
        for line in git(root, "fsck", "--no-progress").splitlines()
        if line.startswith("dangling commit")
    )
    if is_moved:
        git(root, "update-ref", "refs/heads/main", commit)
    else:
        (root / ".git" / "refs" / "heads" / "main.lock").write_text(f"{commit}\n")
    (root / ".git" / "HEAD.lock").touch()
    recovery = repository.recover()
    assert recovery is not None
    assert (recovery.commit, recovery.is_published) == (commit, is_moved)
    assert repository.head().id == (commit if is_moved else base)
    assert repository.dirty() == ()
    assert leftovers(root) == []
    assert published(repository, edited(repository, "faq.yaml", "What is this?", "What's this?"))


def test_recovery_waits_for_a_git_command_that_outlived_its_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = made(tmp_path / "kb")
    real, mark, slow = shutil.which("git"), tmp_path / "mark", tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text(
        f'#!/bin/sh\ncase "$*" in *update-ref*) touch {mark}; sleep 1;; esac\nexec {real} "$@"\n'
    )
    slow.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
        process = _start(repository, "-")
    while not mark.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.kill()
    process.wait()
    recovery = repository.recover()
    process.communicate()
    assert recovery is not None
    assert recovery.is_published
    assert on_disk(repository) == repository.contents("HEAD")
    assert repository.head().id == recovery.commit
    assert leftovers(tmp_path / "kb") == []


def test_locks_of_others_stay(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    root = tmp_path / "kb"
    assert _kill_at(repository, "'update-ref'") == 0
    other = root / ".git" / "refs" / "heads" / "main.lock"
    other.write_text("0123456789" * 4 + "\n")
    recovery = repository.recover()
    assert recovery is not None
    assert not recovery.is_published
    assert other.exists()


def test_a_work_tree_that_cannot_be_refreshed_now_is_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.curation.journal.INDEX_PATIENCE", 0.1)
    repository = made(tmp_path / "kb")
    root = tmp_path / "kb"
    assert _kill_at(repository, "rejoinder-tmp") == 0
    lock = root / ".git" / "index.lock"
    lock.unlink()  # the killed publish's own
    lock.write_bytes(b"somebody's commit\n")
    recovery = repository.recover()
    assert recovery is not None
    assert (recovery.is_published, recovery.is_complete) == (True, False)
    with pytest.raises(PublishError, match="could not be brought up to the last publish") as caught:
        published(repository, edited(repository, "faq.yaml", "What is this?", "What's this?"))
    assert str(lock) in str(caught.value)
    lock.unlink()
    recovery = repository.recover()
    assert recovery is not None
    assert recovery.is_complete
    assert on_disk(repository) == repository.contents("HEAD")
    assert git(root, "status", "--porcelain") == ""


def test_a_creation_that_was_killed_is_taken_up(tmp_path: Path) -> None:
    shipped = made(tmp_path / "other").folder
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from bot.curation.repository import Repository\n"
        "def hook(event, args):\n"
        "    if sys.argv[3] in repr(args): os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(hook)\n"
        "Repository.create(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    for number, when in enumerate(("'init'", "kb1/glossary.yaml", "'commit-tree'", "'update-ref'")):
        target = tmp_path / f"kb{number}"
        done = subprocess.run(
            [sys.executable, "-c", program, str(target), str(shipped), when], cwd=ROOT, check=False
        )
        assert done.returncode == -signal.SIGKILL, when
        repository = Repository.create(target, shipped)
        assert on_disk(repository) == on_disk(Repository.open(shipped))
        assert git(target, "status", "--porcelain") == ""
        assert len(repository.history()) == 1
        assert leftovers(target) == []


# Adds lines to its own file, one a publish, and starts again where another was first.
RACER = """
import sys
from pathlib import Path
from bot.curation.repository import NewerHeadError, Repository

folder, name, count = sys.argv[1:]
repository = Repository.open(Path(folder))
done = 0
while done < int(count):
    head = repository.head().id
    contents = dict(repository.contents(head))
    contents[name] += b"# %d\\n" % done
    try:
        repository.publish(contents, base=head, author=name, reason=f"{name} {done}")
    except NewerHeadError:
        continue
    done += 1
"""


def test_two_processes_publishing_at_once_lose_nothing(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    base = repository.head().id
    names = ("facts.yaml", "faq.yaml")
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(repository.folder), name, "10"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for name in names
    ]
    for racer in racers:
        errors = racer.communicate()[1]
        assert racer.returncode == 0, errors.decode()
    reasons = git(tmp_path / "kb", "log", "--reverse", "--format=%s", f"{base}..HEAD").splitlines()
    for name in names:
        own = [reason for reason in reasons if reason.startswith(name)]
        assert own == [f"{name} {number}" for number in range(10)]
        lines = [f"# {number}" for number in range(10)]
        assert on_disk(repository)[name].decode().splitlines()[-10:] == lines
    assert len(reasons) == 20
    assert on_disk(repository) == repository.contents("HEAD")
    assert git(tmp_path / "kb", "status", "--porcelain") == ""
    assert git(tmp_path / "kb", "fsck", "--strict", "--no-dangling", "--no-progress") == ""
    assert leftovers(tmp_path / "kb") == []
