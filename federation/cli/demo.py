"""`interlace demo`: the storefront's services, two instances of each, and a gateway over them."""

import os
from pathlib import Path

from federation.cli.listen import address_of, listen
from federation.cli.say import say, tell
from federation.cli.server import run_in_loop, serve
from federation.config.read import read_config
from federation.errors import InterlaceError
from federation.reload.reloading_gateway import Origin

QUERY = """\
query Storefront {
  users(first: 20) {
    id name email
    orders { id status total placedAt }
    preferences { theme locale }
  }
}"""


class DemoFailed(InterlaceError):
    """The demonstration cannot be shown."""

    code = "DEMO_FAILED"


def run_demo(port: int) -> None:
    """Run until Ctrl-C. Raises CannotListen, DemoFailed, ConfigurationError."""
    run_in_loop(_run(port))


async def _run(port: int) -> None:
    try:
        from examples.storefront import run  # noqa: PLC0415 - only a checkout has it
    except ImportError as error:
        message = "the storefront is not installed with the command: clone the project and type 'make demo' there"
        raise DemoFailed(message) from error
    folder = Path(run.__file__).parent
    with listen("127.0.0.1", port) as listener:
        tell("starting users, orders and preferences, two instances of each ...")
        try:
            async with run.Storefront() as shop:
                path, environment = folder / "interlace.yaml", {**os.environ, **shop.environment()}
                origin = Origin(lambda: read_config(path, environment), path)
                for program in shop.programs:
                    tell(f"  {program.service} {program.instance}: {program.address}")
                await serve(origin, origin.read(), listener, lambda: _welcome(address_of(listener)))
        except run.StorefrontFailed as error:
            raise DemoFailed(str(error)) from error
    tell("stopped: the gateway and all services")


def _welcome(address: str) -> None:
    say(f"\nGraphiQL and the endpoint: {address}/graphql\n\nPaste this query there:\n\n{QUERY}\n")
    curl = f'curl {address}/graphql --json \'{{"query": "{{ users(first: 2) {{ name orders {{ total }} }} }}"}}\''
    say(f"Or from a terminal:\n\n  {curl}\n\nCtrl-C stops everything.")
