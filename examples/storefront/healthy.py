"""Ask one program whether it answers, for container health checks: `python -m examples.storefront.healthy URL`.

URL is an HTTP address that has to answer with success, or `grpc://host:port` for the standard health service. The exit
code says the rest: 0 healthy, 1 not, 2 not an address.
"""

import sys
import urllib.request
from collections.abc import Sequence
from urllib.error import URLError

import grpc
from grpc_health.v1 import health_pb2

SECONDS = 2


def is_healthy(url: str) -> bool:
    """Whether the program at this address answers within two seconds. Raises ValueError for another kind of address."""
    scheme, _, address = url.partition("://")
    match scheme:
        case "grpc":
            return _answers_grpc(address)
        case "http":
            return _answers_http(url)
        case _:
            raise ValueError(f"expected http://... or grpc://host:port, found {url!r}")


def _answers_http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS):  # noqa: S310 - the scheme is checked
            return True
    except (URLError, OSError):
        return False


def _answers_grpc(address: str) -> bool:
    with grpc.insecure_channel(address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = check(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def main(arguments: Sequence[str]) -> int:
    """The exit code for these arguments."""
    try:
        (url,) = arguments
        return 0 if is_healthy(url) else 1
    except ValueError as error:
        sys.stderr.write(f"error: one address is needed: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
