"""`interlace demo`: the storefront's services, two instances of each, and a gateway over them."""

import os
from functools import partial
from pathlib import Path
from secrets import token_hex

from federation.cli.admin_server import administering_alone
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
    token = token_hex(32)
    with listen("127.0.0.1", port) as listener, listen("127.0.0.1", 0) as admin:
        tell("starting users, orders and preferences, two instances of each ...")
        try:
            async with run.Storefront() as shop:
                path, own = folder / "interlace.yaml", {"INTERLACE_ADMIN_TOKEN": token}
                environment = {**os.environ, **shop.environment(), **own}
                origin = Origin(lambda: read_config(path, environment), path)
                for program in shop.programs:
                    tell(f"  {program.service} {program.instance}: {program.address}")
                config = origin.read()
                alone = partial(administering_alone, config, admin)
                welcome = partial(_welcome, address_of(listener), address_of(admin), token)
                await serve(origin, config, listener, welcome, alone)
        except run.StorefrontFailed as error:
            raise DemoFailed(str(error)) from error
    tell("stopped: the gateway and all services")


def _welcome(address: str, admin: str, token: str) -> None:
    say(f"\nGraphiQL and the endpoint: {address}/graphql\n\nPaste this query there:\n\n{QUERY}\n")
    curl = f'curl {address}/graphql --json \'{{"query": "{{ users(first: 2) {{ name orders {{ total }} }} }}"}}\''
    say(f"Or from a terminal:\n\n  {curl}\n")
    say(f"What operators see (also /status, /cache, /metrics):\n\n  {_asking(admin, token)}\n")
    say("Ctrl-C stops everything.")


def _asking(admin: str, token: str) -> str:
    return f"curl {admin}/services -H 'authorization: Bearer {token}'"
