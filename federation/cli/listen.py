"""Take the port before anything else starts, so that a port in use is one clear line."""

import errno
import socket

from federation.errors import InterlaceError

BACKLOG = 2048


class CannotListen(InterlaceError):
    """The address cannot be listened on."""

    code = "CANNOT_LISTEN"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the address; port 0 takes a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY where the protocol is named; without it an answer's body waits 40 ms behind its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_explain(host, port, error)) from error
    listener.setblocking(False)
    listener.set_inheritable(True)
    return listener


def address_of(listener: socket.socket) -> str:
    """Where browsers and clients find what listens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop what uses it, or choose another port"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} may not be used by this user; choose a port above 1023"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"
