"""`interlace serve`: listen, build the gateway, serve until told to stop."""

from federation.cli.admin_server import admin_listener
from federation.cli.listen import address_of, listen
from federation.cli.say import tell
from federation.cli.server import run_server
from federation.cli.sources import ServedSource


def serve_configuration(served: ServedSource) -> None:
    """Serve until SIGINT or SIGTERM. Raises ConfigurationError, CannotListen."""
    config = served.read()
    with listen(config.server.host, config.server.port) as listener, admin_listener(config.admin) as admin:
        address = f"{address_of(listener)}{config.server.path}"
        administration = f", and operators at {address_of(admin)}" if admin is not None else ""
        run_server(served, listener, admin, lambda: tell(f"serving {address}{administration}; Ctrl-C stops it"))
