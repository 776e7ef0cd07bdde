"""What stands around every request, outermost first: the one place that knows the order."""

from federation.assembly.authentication import Authentication
from federation.config.sections import Config
from federation.extensions.stores.redis import RedisStore
from federation.layer import Layer


def request_layers(
    _config: Config, _store: RedisStore | None, authentication: Authentication | None
) -> tuple[Layer, ...]:
    """The layers that the configuration asks for; none where it asks for none.

    The request's deadline and the answer to whatever is raised are the gateway's own: they hold for all layers.
    """
    return (
        # Before whatever decides by who asks; what a client must not say of itself is taken away for all that follows.
        *(authentication.layers if authentication else ()),
    )
