"""Write objects beside a repository, and take them in once all of them are whole.

git leaves half-written objects behind when it is killed; those here go with the folder they are in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.curation.git import Blob, Git
from bot.curation.journal import sync_folder


def store(
    git: Git, changes: Mapping[str, bytes | None], old: Mapping[str, Blob]
) -> dict[str, Blob]:
    """Write files' bytes into the repository as they are; returns what ``old`` becomes by path."""
    new = dict(old)
    for path, data in changes.items():
        if data is None:
            new.pop(path, None)
        else:
            mode = old[path].mode if path in old else "100644"
            new[path] = Blob(mode, git.line("hash-object", "-w", "--stdin", stdin=data))
    return new


def adopt(beside: Path, objects: Path) -> None:
    """Move loose objects into a repository's folder of objects, readable as others there are."""
    mode = objects.stat().st_mode
    folders = {file.parent.name for file in beside.glob("??/*")}
    for folder in sorted(folders):
        target = objects / folder
        if not target.is_dir():
            target.mkdir(exist_ok=True)
            # In a repository that several accounts share, that is how git sets up its folders.
            target.chmod(mode & 0o7777)
        for file in sorted((beside / folder).iterdir()):
            if not (target / file.name).exists():
                file.chmod(mode & 0o444)
                file.replace(target / file.name)
        sync_folder(target)
