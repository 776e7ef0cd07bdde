"""What `services.NAME.discover` says: in which registry the endpoints of a service are found."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from federation.config.section import Seconds, Section

Port = Annotated[int, Field(ge=1, le=65535)]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")]
Text = Annotated[str, Field(min_length=1)]


class DnsSection(Section):
    """Addresses of a host, at a `port`; or SRV records, where no port is given."""

    name: Text
    port: Port | None = None
    nameservers: tuple[Annotated[str, Field(pattern=r"^.+:\d+$")], ...] = ()


class ConsulSection(Section):
    """Passing instances of a service that have all the tags."""

    url: Url = "http://127.0.0.1:8500"
    service: Text
    tags: tuple[str, ...] = ()
    datacenter: str = ""
    token: str = Field(default="", repr=False)
    stale: bool = True


class EtcdSection(Section):
    """The values below a prefix."""

    url: Url = "http://127.0.0.1:2379"
    prefix: Text
    user: str = ""
    password: str = Field(default="", repr=False)


class KubernetesSection(Section):
    """The EndpointSlices of a service; a `port` is named where it has several."""

    url: Url = "https://kubernetes.default.svc"
    namespace: Text
    service: Text
    port: str = ""


class DiscoverySection(Section):
    """One registry, and for how long it is not believed when it says that there are no endpoints."""

    dns: DnsSection | None = None
    consul: ConsulSection | None = None
    etcd: EtcdSection | None = None
    kubernetes: KubernetesSection | None = None
    hold_empty: Annotated[Seconds, Field(ge=0)] = 60.0

    @model_validator(mode="after")
    def _one_registry(self) -> Self:
        if sum(each is not None for each in (self.dns, self.consul, self.etcd, self.kubernetes)) != 1:
            message = "name one registry: 'dns', 'consul', 'etcd' or 'kubernetes'"
            raise ValueError(message)
        return self
