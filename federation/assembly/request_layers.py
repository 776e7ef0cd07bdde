"""What stands around every request, outermost first: the one place that knows the order."""

from federation.assembly.authentication import Authentication
from federation.assembly.rate_limits import RequestLimits
from federation.extensions.caching.answers import AnswerCaching
from federation.layer import Layer


def request_layers(
    authentication: Authentication | None,
    limits: RequestLimits,
    operations: tuple[Layer, ...],
    answers: AnswerCaching | None,
    of_team: tuple[Layer, ...] = (),
) -> tuple[Layer, ...]:
    """The layers, without those that the configuration does not ask for; `operations` are about what is asked.

    The request's deadline and the answer to whatever is raised are the gateway's own: they hold for all layers.
    """
    return (
        # Before identities: to find out who asks costs more than to refuse.
        *((limits.addresses,) if limits.addresses is not None else ()),
        # Before whatever decides by who asks; what a client must not say of itself is taken away for all that follows.
        *(authentication.layers if authentication else ()),
        # Counts users, before anything is done for them.
        *((limits.users,) if limits.users is not None else ()),
        # Before whatever looks at the operation's text, which may have come as a hash.
        *operations,
        # A team's own know who asks, and see what clients get, kept or not.
        *of_team,
        # Inside all that decides by who asks: a whole answer that is kept outlives no decision.
        *((answers,) if answers is not None else ()),
    )
