"""Run a module against a double: ``python -m benchmarks.discord_double ADDRESS MODULE [ARG]...``.

For a bot in a process of its own, so that it can be stopped, killed and measured:
``python -m benchmarks.discord_double http://127.0.0.1:PORT bot serve``.
"""

from __future__ import annotations

import runpy
import sys

from .seams import connected_to


def main() -> None:
    """Set the seams and run the module as ``python -m`` does."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    _, base, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    with connected_to(base):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
