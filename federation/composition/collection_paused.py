"""Keep the garbage collector from walking large schemas again and again while they are built.

Syntax trees and models hold no garbage until composition ends. Of 50 subgraphs with 2,000 types, 26,800 fields and
53,000 arguments, parsing alone took 6.1 s with the collector running, and 2.4 s without.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the collector, and let it run again afterwards if it did before."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
