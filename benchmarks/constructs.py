"""Constructs that other page editors get wrong or refuse, each run on the product.

    python benchmarks/constructs.py

Events go in, the product writes pages of a sandbox over HTTP, and each whole page is compared with
what it should be. Exit code 1: one is not right. What is known of others, with its sources, is in
docs/side-by-side.md; none of them is run here.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.surroundings import connect_to, product_on


def main() -> int:
    with product_on("sqlite"):
        from tests.sync.constructs import CONSTRUCTS

        right = 0
        for name, construct in CONSTRUCTS.items():
            is_right = _run(construct)
            right += is_right
            print(f"{'yes' if is_right else 'NO':<4} {name}")
    print(f"{right} of {len(CONSTRUCTS)}")
    return 0 if right == len(CONSTRUCTS) else 1


def _run(construct) -> bool:
    """One construct with a database and a sandbox that hold nothing else."""
    from django.conf import settings
    from django.core.management import call_command

    from plays.sandbox import Sandbox
    from tests.world import make_world

    settings.SYNC_RETRY_DELAY, settings.CONFLUENCE_TIMEOUT = 0.0, 2.0
    call_command("flush", interactive=False, verbosity=0)
    with Sandbox() as sandbox:
        connect_to(sandbox)
        return construct(make_world(sandbox))


if __name__ == "__main__":
    sys.exit(main())
