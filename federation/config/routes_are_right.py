"""What `routes` say must make sense together: patterns, names of services, methods, and no two for one request."""

from collections.abc import Callable, Iterator

from federation.config.routes_section import RouteSection
from federation.config.sections import Config
from federation.patterns.pattern import BadPattern, Pattern, read_pattern
from federation.patterns.rewriting import read_rewriting

Place = tuple[str | int, ...]
Problem = tuple[Place, str]
OWN = ("/health/live", "/health/ready")


def route_problems(config: Config, line: Callable[[Place], int]) -> Iterator[Problem]:
    """Every such problem, and where it stands; `line` says at which line a place is."""
    seen: dict[tuple[object, str], int] = {}
    for number, route in enumerate(config.routes):
        place: Place = ("routes", number)
        try:
            pattern = read_pattern(route.path)
        except BadPattern as error:
            yield (*place, "path"), str(error)
            continue
        yield from _own_problems(route, pattern, place, config)
        for method in route.answered_methods:
            other = seen.setdefault((pattern.shape, method), number)
            if other != number:
                where = f"routes.{other} ({config.routes[other].path}, line {line(('routes', other))})"
                yield (*place, "path"), f"{route.path} answers {method} requests that {where} answers too: remove one"
                break


def _own_problems(route: RouteSection, pattern: Pattern, place: Place, config: Config) -> Iterator[Problem]:
    own = {config.server.path, *OWN, *((config.openapi.path,) if config.openapi is not None else ())}
    if route.path in own:
        yield (*place, "path"), f"at {route.path} the gateway itself answers: take another path"
    if route.service is not None:
        try:
            read_rewriting(pattern, route.rewrite)
        except BadPattern as error:
            yield (*place, "rewrite"), str(error)
    elif pattern.is_prefix:
        yield (*place, "path"), f"{route.path} stands for many paths, and an operation answers one: leave out '/*'"
    if route.is_guarded and config.authentication is None:
        yield place, "nobody is known, so nobody may take it: say who may ask by a section 'authentication'"
