"""Generate the message classes from the `.proto`: `python -m examples.storefront.orders.generate`.

The result is committed, so that running the shop needs no compiler; a test holds it against the `.proto`.
"""

import sys
from pathlib import Path

from grpc_tools import protoc  # type: ignore[import-untyped]

HERE = Path(__file__).parent
PROTO = HERE / "proto"
GENERATED = HERE / "generated"


def generate(folder: Path) -> None:
    """Write the modules into `folder`. Raises RuntimeError when the `.proto` does not compile."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["protoc", f"--proto_path={PROTO}", f"--python_out={folder}", f"--pyi_out={folder}"]
    well_known = Path(sys.modules["grpc_tools"].__path__[0]) / "_proto"
    if protoc.main([*arguments, f"--proto_path={well_known}", "shop/v1/orders.proto"]) != 0:
        raise RuntimeError(f"{PROTO}/shop/v1/orders.proto does not compile")


if __name__ == "__main__":
    generate(GENERATED)
