"""The `interlace` command: its sub-commands, and how errors end it."""

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from federation.cli.admin_commands import admin
from federation.cli.say import complain, say
from federation.errors import ConfigurationError, InterlaceError, RequestError
from federation.operations.errors import ValidationFailed

INVALID = 1
OWN_PACKAGES = ("federation", "connectors", "schemas")

app = typer.Typer(
    name="interlace",
    help="A federating aggregation gateway: one GraphQL endpoint over REST, gRPC and GraphQL services.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

keys = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(keys, name="key")
app.add_typer(admin, name="admin")

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.", metavar="FILE")]
SupergraphFile = Annotated[
    Path | None,
    typer.Option("--supergraph", help="Serve this supergraph SDL instead of a configuration.", metavar="FILE"),
]
SubgraphsFile = Annotated[
    Path | None,
    typer.Option("--subgraphs", help="Compose this JSON list of {name, url, sdl: path} instead.", metavar="FILE"),
]
DEFAULT_CONFIG = Path("interlace.yaml")  # its name stands in every message and in the documentation


@app.command()
def serve(
    config: ConfigFile = DEFAULT_CONFIG,
    supergraph: SupergraphFile = None,
    subgraphs: SubgraphsFile = None,
    host: Annotated[str | None, typer.Option(help="Listen on this address instead of the configured one.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port instead.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes serve.", min=1, max=64)] = None,
) -> None:
    """Serve the graph that the configuration describes."""
    from federation.cli.serve import serve_configuration
    from federation.cli.sources import Listening, ServedSource, Source

    serve_configuration(ServedSource(Source(config, supergraph, subgraphs), Listening(host, port, workers)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The gateway's port.", min=0, max=65535)] = 4000,
) -> None:
    """Start the storefront's services, two instances each, and a gateway over them."""
    from federation.cli.demo import run_demo

    run_demo(port)


@app.command()
def check(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Check a configuration and compose its subgraphs; list everything that is wrong."""
    from federation.cli.check import check_configuration

    check_configuration(config)


@app.command()
def compose(
    config: ConfigFile = DEFAULT_CONFIG,
    subgraphs: SubgraphsFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, not to standard output.", metavar="FILE")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Compose each JSON line of standard input; answer with a line each.")
    ] = False,
) -> None:
    """Compose the subgraphs and print the supergraph SDL."""
    from federation.cli.compose import compose_lines, print_supergraph
    from federation.cli.sources import Source

    if jsonl:
        compose_lines(sys.stdin.buffer, sys.stdout)
    else:
        print_supergraph(Source(config, None, subgraphs), output)


@app.command()
def openapi(
    config: ConfigFile = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, not to standard output.", metavar="FILE")
    ] = None,
) -> None:
    """Print the OpenAPI document of the routes that run operations."""
    from federation.cli.openapi import print_openapi
    from federation.cli.sources import Source

    print_openapi(Source(config), output)


@app.command()
def plan(
    query: Annotated[str, typer.Argument(help="A file with the operation, or - for standard input.", metavar="QUERY")],
    config: ConfigFile = DEFAULT_CONFIG,
    supergraph: SupergraphFile = None,
    subgraphs: SubgraphsFile = None,
    operation: Annotated[str | None, typer.Option(help="Which operation of the file.", metavar="NAME")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    code: Annotated[bool, typer.Option("--code", help="As the Python code that it is compiled to.")] = False,
    label: Annotated[
        list[str] | None, typer.Option(help="An override label that holds; may stand several times.", metavar="LABEL")
    ] = None,
) -> None:
    """Show how an operation will be answered: which calls, in which order, and why."""
    from federation.cli.plan import Form, print_plan
    from federation.cli.sources import Source

    form = Form.CODE if code else Form.JSON if json else Form.TEXT
    print_plan(Source(config, supergraph, subgraphs), query, operation, form, frozenset(label or ()))


@keys.command("new")
def new_key(
    subject: Annotated[str, typer.Option(help="Whose key it is.")],
    role: Annotated[list[str] | None, typer.Option(help="A role of theirs; may stand several times.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="A scope; may stand several times.")] = None,
) -> None:
    """Make an API key, and print what stands for it in the configuration."""
    from federation.cli.key import KeyOwner, print_new_key

    print_new_key(KeyOwner(subject, tuple(role or ()), tuple(scope or ())))


@app.command()
def revoke(
    config: ConfigFile = DEFAULT_CONFIG,
    issuer: Annotated[str | None, typer.Option(help="Whose tokens: not needed where one issuer is configured.")] = None,
    subject: Annotated[str | None, typer.Option(help="Every token of this subject issued up to now.")] = None,
    token_id: Annotated[str | None, typer.Option(help="The token with this 'jti'.")] = None,
    token_hash: Annotated[str | None, typer.Option(help="The token of which this is the SHA-256.")] = None,
) -> None:
    """Take tokens back before they expire, in all replicas that share the configured Redis."""
    from federation.cli.revoke import revoke as revoke_tokens
    from federation.extensions.authentication.meant_tokens import Meant

    revoke_tokens(config, Meant(issuer, subject, token_id, token_hash))


@app.command()
def policy(
    config: ConfigFile = DEFAULT_CONFIG,
    supergraph: SupergraphFile = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show who may see which field, with rate limits and lifetimes, and where each is written."""
    from federation.cli.plan import Form
    from federation.cli.policy import print_policies
    from federation.cli.sources import Source

    print_policies(Source(config, supergraph), Form.JSON if json else Form.TEXT)


@app.command()
def explain(
    query: Annotated[str, typer.Argument(help="A file with the operation, or - for standard input.", metavar="QUERY")],
    config: ConfigFile = DEFAULT_CONFIG,
    supergraph: SupergraphFile = None,
    principal: Annotated[
        str | None, typer.Option("--as", help="A name of authorization.principals; the anonymous without one.")
    ] = None,
    claims: Annotated[str | None, typer.Option(help="The caller's claims as JSON, instead.", metavar="JSON")] = None,
    variables: Annotated[str | None, typer.Option(help="The operation's variables as JSON.", metavar="JSON")] = None,
    operation: Annotated[str | None, typer.Option(help="Which operation of the file.", metavar="NAME")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what would be decided about each field of an operation, and why."""
    from federation.cli.explain import Asked, explain_operation
    from federation.cli.plan import Form
    from federation.cli.sources import Source

    asked = Asked(query, operation, principal, claims, variables)
    explain_operation(Source(config, supergraph), asked, Form.JSON if json else Form.TEXT)


@app.callback(invoke_without_command=True)
def version_option(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Answer `--version`."""
    if version:
        say(metadata_version())
        raise typer.Exit


def metadata_version() -> str:
    """The version of the distribution, or of the checkout that this runs from."""
    try:
        return metadata.version("interlace")
    except metadata.PackageNotFoundError:
        return "0.1.0 (source checkout)"


def main() -> int:
    """Run the command; the process's exit code is returned: 0 well, 1 something is wrong as said, 2 wrong usage."""
    # gRPC's core writes lines of its own about broken connections, which the log has already.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    foreign = _foreign_owners()
    if foreign:
        complain([f"the package '{name}' belongs to {owner}: install interlace by itself" for name, owner in foreign])
        return INVALID
    try:
        app(standalone_mode=False)
    except InterlaceError as error:
        complain(_problems(error))
        return INVALID
    except (KeyboardInterrupt, typer.Abort):
        return 0
    except typer.Exit as error:
        return error.exit_code
    except Exception as error:
        shown = getattr(error, "show", None)
        if shown is None:
            raise
        shown()
        return int(getattr(error, "exit_code", 2))
    return 0


def _problems(error: InterlaceError) -> list[str]:
    match error:
        case ConfigurationError():
            return list(error.problems)
        case ValidationFailed():
            return [_with_place(problem) for problem in error.problems]
        case RequestError():
            return [_with_place(error)]
        case _:
            return [str(error)]


def _with_place(error: RequestError) -> str:
    line, column = error.locations[0] if error.locations else (0, 0)
    return f"{line}:{column}: {error}" if error.locations else str(error)


def _foreign_owners() -> list[tuple[str, str]]:
    """Our import packages that another installed distribution also provides (their names are common words)."""
    owners = metadata.packages_distributions()
    return [(name, owner) for name in OWN_PACKAGES for owner in owners.get(name, ()) if owner.lower() != "interlace"]
