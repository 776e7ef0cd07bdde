"""Let the garbage collector look seldom: answers are made of thousands of objects, of which none is in a cycle."""

import ctypes
import gc

# Measured on the public workload (benchmarks/README.md): a fifth of the CPU went into collections that found nothing.
YOUNG_OBJECTS = 50_000
YOUNG_COLLECTIONS = 20
MIDDLE_COLLECTIONS = 50
M_ARENA_MAX = -8  # of glibc's malloc.h


def use_one_arena() -> None:
    """Let all threads take memory from one place, where the C library can be told so; before the first thread starts.

    glibc gives each new thread a place of its own, and keeps it: with the threads of each reload memory grew.
    Only one thread of Python runs at a time, so none waits for another.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)


def collect_seldom() -> None:
    """Leave out what is there for good, and wait until many objects are new. To be called when all is set up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS, MIDDLE_COLLECTIONS)
