"""Who may take a route: decided when it is known who asks, before anything is done for the request."""

from dataclasses import dataclass

from federation.errors import RequestError
from federation.extensions.authorization.roles import RoleInclusion
from federation.identity import Identity
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext


class RouteForKnown(RequestError):
    """The route is for callers who say who they are."""

    code = "UNAUTHENTICATED"
    status = 401


class RouteForbidden(RequestError):
    """The caller is known, and may not take this route."""

    code = "FORBIDDEN"
    status = 403


@dataclass(frozen=True, slots=True)
class Access:
    """A request layer: any of the `roles` lets in, and all of any group of `scopes`; where there are both, both must.

    Where there are neither, every known caller may take the route.
    """

    inclusion: RoleInclusion
    roles: frozenset[str] = frozenset()
    scopes: tuple[frozenset[str], ...] = ()

    def wrap(self, inner: Handler) -> Handler:
        """The handler that refuses whoever may not. Raises RouteForKnown, RouteForbidden."""

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            self.check(context.identity)
            return await inner(request, context)

        return answer

    def check(self, identity: Identity) -> None:
        """Raise RouteForKnown or RouteForbidden unless this caller may take the route."""
        if identity.is_anonymous:
            raise RouteForKnown("this route is for known callers: say who you are")
        has_role = not self.roles or not self.roles.isdisjoint(self.inclusion.held(identity.roles))
        has_scopes = not self.scopes or any(group <= identity.scopes for group in self.scopes)
        if not (has_role and has_scopes):
            raise RouteForbidden("you may not take this route")
