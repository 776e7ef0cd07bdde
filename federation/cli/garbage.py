"""Let the garbage collector look seldom: answers are made of thousands of objects, of which none is in a cycle."""

import gc

# Measured on the public workload (benchmarks/README.md): a fifth of the CPU went into collections that found nothing.
YOUNG_OBJECTS = 50_000
YOUNG_COLLECTIONS = 20
MIDDLE_COLLECTIONS = 50


def collect_seldom() -> None:
    """Leave out what is there for good, and wait until many objects are new. To be called when all is set up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS, MIDDLE_COLLECTIONS)
