"""Callers that the gateways of these tests know, by their API keys."""

from federation.extensions.authentication.api_keys import hash_api_key, new_api_key

ADA, BOB = new_api_key()[0], new_api_key()[0]


def _entry(key: str, subject: str, roles: str) -> str:
    return f"{key.split('_')[1]}: {{hash: 'sha256:{hash_api_key(key).hex()}', subject: {subject}, roles: [{roles}]}}"


AUTHENTICATION = f"""\
authentication:
  anonymous: true
  api_keys: {{keys: {{{_entry(ADA, "ada", "admin")}, {_entry(BOB, "bob", "clerk")}}}}}
authorization: {{roles: {{admin: [boss]}}}}
"""


def by(key: str) -> dict[str, str]:
    """The headers of a request that this caller sends."""
    return {"x-api-key": key}
