"""Refuse what a page of another site may have a browser send: browsers add cookies to it, whoever wrote the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from federation.extensions.authentication.refusals import CrossSiteRequest

# A page of another site cannot set it without asking first, which only listed origins are allowed (CORS preflight).
OWN_HEADER = "x-interlace-request"


@dataclass(frozen=True, slots=True)
class CrossSiteGuard:
    """Lets requests with a cookie pass from the gateway's own origin and from `origins`."""

    origins: frozenset[str]

    def check(self, headers: Mapping[str, str], *, is_post: bool) -> None:
        """Raise CrossSiteRequest unless the request surely comes from a page that may ask with cookies.

        Browsers say where a POST comes from (`Origin`), and modern ones also for a GET (`Sec-Fetch-Site`). What says
        nothing must be a POST, whose JSON no page sends elsewhere unasked, or have the header `x-interlace-request`.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None:
            allowed = origin in self.origins or _is_own(origin, headers.get("host"))
        elif site is not None:
            allowed = site == "same-origin" or (site == "none" and is_post)
        else:
            allowed = is_post
        if not allowed and (origin is not None or OWN_HEADER not in headers):
            raise CrossSiteRequest(
                "a request with a cookie must come from this site or a listed origin; "
                f"send a token by 'Authorization', or the header '{OWN_HEADER}' with a GET"
            )


def _is_own(origin: str, host: str | None) -> bool:
    # The scheme is not compared: behind a proxy that ends TLS the gateway does not know its own.
    return host is not None and urlsplit(origin).netloc == host.lower()
