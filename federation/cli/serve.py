"""`interlace serve`: listen, build the gateway, serve until told to stop."""

from dataclasses import dataclass

from federation.cli.listen import address_of, listen
from federation.cli.say import tell
from federation.cli.server import run_server
from federation.cli.sources import Source
from federation.config.sections import Config


@dataclass(frozen=True, slots=True)
class Listening:
    """What the command line says instead of the configuration's `server` section."""

    host: str | None
    port: int | None
    workers: int | None

    def apply(self, config: Config) -> Config:
        """The configuration with these values in it."""
        said = {name: value for name in ("host", "port", "workers") if (value := getattr(self, name)) is not None}
        return config.model_copy(update={"server": config.server.model_copy(update=said)})


def serve_configuration(source: Source, listening: Listening) -> None:
    """Serve until SIGINT or SIGTERM. Raises ConfigurationError, CannotListen."""
    config = listening.apply(source.read())
    with listen(config.server.host, config.server.port) as listener:
        address = f"{address_of(listener)}{config.server.path}"
        run_server(config, listener, lambda: tell(f"serving {address}; Ctrl-C stops it"))
