"""`interlace admin`: the administration from a terminal; each command is one request, and prints its answer."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from federation.cli.ask_admin import AskAdmin
from federation.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:9901"

admin = typer.Typer(
    help="Look into a running gateway, and act on it; the token is taken from INTERLACE_ADMIN_TOKEN.",
    no_args_is_help=True,
)

ServiceName = Annotated[str, typer.Argument(help="The service.", metavar="SERVICE")]
EndpointName = Annotated[str, typer.Argument(help="The endpoint, as host:port.", metavar="ENDPOINT")]


@admin.callback()
def where(
    context: typer.Context,
    url: Annotated[
        str, typer.Option(envvar="INTERLACE_ADMIN_URL", help="Where the administration is.", metavar="URL")
    ] = DEFAULT_URL,
) -> None:
    """Keep where it is for the command that follows."""
    context.obj = AskAdmin(url)


@admin.command()
def status(context: typer.Context) -> None:
    """Which version each worker serves, and its last reload."""
    context.obj.get("/status")


@admin.command()
def services(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="This one alone.", metavar="SERVICE")] = None,
) -> None:
    """Services and their endpoints: in which state they are, and why."""
    context.obj.get("/services" if name is None else _service(name))


@admin.command()
def limits(context: typer.Context) -> None:
    """What the door, the bulkheads and the rate limits let in."""
    context.obj.get("/limits")


@admin.command()
def cache(context: typer.Context) -> None:
    """What the cache did."""
    context.obj.get("/cache")


@admin.command()
def decisions(context: typer.Context) -> None:
    """What operators decided and still holds."""
    context.obj.get("/decisions")


@admin.command()
def metrics(context: typer.Context) -> None:
    """All metrics, as Prometheus reads them."""
    context.obj.get("/metrics")


@admin.command("reload")
def reload_all(context: typer.Context) -> None:
    """Read the configuration again, in all workers."""
    context.obj.post("/reload")


@admin.command()
def drain(
    context: typer.Context,
    service: ServiceName,
    endpoint: EndpointName,
    last: Annotated[bool, typer.Option("--last", help="Also if no other gets calls.")] = False,
) -> None:
    """Give an endpoint no more calls."""
    context.obj.post(_service(service, "drain"), {"endpoint": endpoint, "last": last})


@admin.command()
def restore(context: typer.Context, service: ServiceName, endpoint: EndpointName) -> None:
    """Give a drained endpoint calls again."""
    context.obj.post(_service(service, "restore"), {"endpoint": endpoint})


@admin.command()
def weigh(
    context: typer.Context,
    service: ServiceName,
    endpoint: EndpointName,
    weight: Annotated[float | None, typer.Argument(help="Its weight; its own without one.", metavar="WEIGHT")] = None,
) -> None:
    """Give an endpoint another weight, or its own back."""
    context.obj.post(_service(service, "weigh"), {"endpoint": endpoint, "weight": weight})


@admin.command()
def force(
    context: typer.Context,
    service: ServiceName,
    mode: Annotated[str, typer.Argument(help="open, closed, metrics_only, automatic, or configured.", metavar="MODE")],
) -> None:
    """Decide by hand about a circuit; 'configured' takes that back."""
    context.obj.post(_service(service, "force"), {"mode": mode})


@admin.command()
def recover(context: typer.Context, service: ServiceName) -> None:
    """Forget that a service and its endpoints failed."""
    context.obj.post(_service(service, "recover"))


@admin.command()
def purge(
    context: typer.Context,
    type_name: Annotated[str | None, typer.Option("--type", help="What shows objects of this type.")] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="One of them, by a field of its key.", metavar="FIELD=VALUE")
    ] = None,
    service: Annotated[str | None, typer.Option(help="What this service or subgraph answered.")] = None,
    tag: Annotated[str | None, typer.Option(help="What has this tag.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
) -> None:
    """Let nothing hold any more that is kept of an entity, a type, a service or a tag."""
    told = {"type": type_name, "key": _key(key or ()), "service": service, "tag": tag, "all": everything or None}
    context.obj.post("/cache/purge", _said(told))


@admin.command()
def revoke(
    context: typer.Context,
    issuer: Annotated[str | None, typer.Option(help="Whose tokens: not needed where one issuer is configured.")] = None,
    subject: Annotated[str | None, typer.Option(help="Every token of this subject issued up to now.")] = None,
    token_id: Annotated[str | None, typer.Option(help="The token with this 'jti'.")] = None,
    token_hash: Annotated[str | None, typer.Option(help="The token of which this is the SHA-256.")] = None,
) -> None:
    """Take tokens back, in this gateway and, where there is Redis, in all replicas."""
    told = {"issuer": issuer, "subject": subject, "token_id": token_id, "token_hash": token_hash}
    context.obj.post("/revoke", _said(told))


def _service(name: str, verb: str = "") -> str:
    return f"/services/{quote(name, safe='')}{'/' if verb else ''}{verb}"


def _said(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def _key(written: Iterable[str]) -> dict[str, str] | None:
    fields = [each.partition("=") for each in written]
    if not all(mark for _, mark, _ in fields):
        raise ConfigurationError(("--key: write the field and its value, as id=1",))
    return {name: value for name, _, value in fields} or None
