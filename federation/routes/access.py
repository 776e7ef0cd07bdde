"""Who may take a route: decided when it is known who asks, before anything is done for the request."""

from dataclasses import dataclass

from federation.extensions.authorization.errors import CallerForbidden, CallerUnknown
from federation.identity import Identity
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from schemas.role_inclusion import RoleInclusion


@dataclass(frozen=True, slots=True)
class Access:
    """A request layer: any of the `roles` lets in, and all of any group of `scopes`; where there are both, both must.

    Where there are neither, every known caller may take the route.
    """

    inclusion: RoleInclusion
    roles: frozenset[str] = frozenset()
    scopes: tuple[frozenset[str], ...] = ()

    def wrap(self, inner: Handler) -> Handler:
        """The handler that refuses whoever may not. Raises CallerUnknown, CallerForbidden."""

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            self.check(context.identity)
            return await inner(request, context)

        return answer

    def check(self, identity: Identity) -> None:
        """Raise CallerUnknown or CallerForbidden unless this caller may take the route."""
        if identity.is_anonymous:
            raise CallerUnknown("this route is for known callers: say who you are")
        has_role = not self.roles or not self.roles.isdisjoint(self.inclusion.held(identity.roles))
        has_scopes = not self.scopes or any(group <= identity.scopes for group in self.scopes)
        if not (has_role and has_scopes):
            raise CallerForbidden("you may not take this route")
