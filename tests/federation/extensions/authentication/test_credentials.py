"""Where credentials are looked for, and what another site's page cannot do with a cookie."""

import pytest

from federation.extensions.authentication.credentials import Credential, CredentialPlaces
from federation.extensions.authentication.cross_site import CrossSiteGuard
from federation.extensions.authentication.refusals import CrossSiteRequest, Reason, Unauthenticated
from federation.http.read_headers import read_headers

PLACES = CredentialPlaces(api_key_header="x-api-key", cookie="session")


@pytest.mark.parametrize(
    ("headers", "credential"),
    [
        ({}, None),
        ({"authorization": "Bearer a.b.c"}, Credential("token", "a.b.c")),
        ({"authorization": "bearer  a.b.c "}, Credential("token", "a.b.c")),
        ({"x-api-key": "k"}, Credential("api_key", "k")),
        ({"cookie": "x=1; session=a.b.c; y"}, Credential("token", "a.b.c", by_cookie=True)),
        ({"cookie": 'session="a.b.c"'}, Credential("token", "a.b.c", by_cookie=True)),
        ({"cookie": "xsession=a.b.c; session2=a"}, None),
        ({"authorization": "Bearer t", "x-api-key": "k", "cookie": "session=c"}, Credential("token", "t")),
        ({"x-api-key": "k", "cookie": "session=c"}, Credential("api_key", "k")),
    ],
)
def test_the_first_credential_decides(headers: dict[str, str], credential: Credential | None) -> None:
    assert PLACES.find(headers) == credential


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"authorization": "Basic x"}, Reason.UNSUPPORTED),
        ({"authorization": "a.b.c"}, Reason.UNSUPPORTED),
        ({"authorization": ""}, Reason.UNSUPPORTED),
        ({"cookie": "session=a; session=b"}, Reason.MALFORMED),
    ],
)
def test_what_cannot_be_a_credential_is_refused(headers: dict[str, str], reason: Reason) -> None:
    with pytest.raises(Unauthenticated) as refused:
        PLACES.find(headers)

    assert refused.value.reason is reason


def test_places_that_are_not_configured_are_not_looked_at() -> None:
    headers = {"authorization": "Basic x", "x-api-key": "k", "cookie": "session=c"}

    assert CredentialPlaces(bearer=False).find(headers) is None


GUARD = CrossSiteGuard(frozenset({"https://shop.example"}))
HOST = {"host": "graph.example"}


@pytest.mark.parametrize(
    ("headers", "is_post"),
    [
        ({"origin": "https://shop.example"}, True),
        ({"origin": "https://graph.example"}, True),
        ({"origin": "http://graph.example", "sec-fetch-site": "same-origin"}, True),
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"x-interlace-request": "1"}, False),
    ],
)
def test_pages_of_this_site_and_of_listed_origins_may_send_the_cookie(headers: dict[str, str], is_post: bool) -> None:
    GUARD.check(HOST | headers, is_post=is_post)


@pytest.mark.parametrize(
    ("headers", "is_post"),
    [
        ({"origin": "https://evil.example"}, True),
        ({"origin": "https://evil.example", "x-interlace-request": "1"}, True),
        ({"origin": "https://evil.example", "x-interlace-request": "1"}, False),
        ({"origin": "null"}, True),
        ({"origin": "https://graph.example.evil.example"}, True),
        ({"origin": "https://graph.example:8443"}, True),
        ({"origin": "https://shop.example.evil.example"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({}, False),
    ],
)
def test_other_pages_may_not(headers: dict[str, str], is_post: bool) -> None:
    with pytest.raises(CrossSiteRequest):
        GUARD.check(HOST | headers, is_post=is_post)


def test_headers_that_stand_twice_are_joined() -> None:
    pairs = [(b"a", b"1"), (b"cookie", b"x=1"), (b"a", b"2"), (b"cookie", b"y=2")]

    assert read_headers(pairs) == {"a": "1, 2", "cookie": "x=1; y=2"}
