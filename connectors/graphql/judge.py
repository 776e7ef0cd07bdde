"""What an answer of a GraphQL service says of the service."""

import orjson

from connectors.http.response import HttpResponse
from connectors.traffic.http_outcomes import judge_response
from connectors.traffic.outcome import Verdict
from connectors.traffic.outcomes import FAILED, GRAPHQL_CODES, NEUTRAL

# How nearly all answers begin: they have data, so they need no closer look.
_DATA = b'{"data":{'


def judge_graphql(response: HttpResponse) -> Verdict | None:
    """The verdict by status and, where there is no data, by the codes of the errors; None for a success.

    A failure status with GraphQL in the body is judged by its body, as servers may answer what they refuse so.
    """
    if response.body.startswith(_DATA) and response.status < 400:
        return None
    try:
        body = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return judge_response(response) or FAILED
    if not isinstance(body, dict):
        return judge_response(response) or FAILED
    if isinstance(body.get("data"), dict):
        return None
    errors = body.get("errors")
    codes = [_code(error) for error in errors] if isinstance(errors, list) else []
    if not codes:
        return judge_response(response) or FAILED
    known = [GRAPHQL_CODES[code] for code in codes if code in GRAPHQL_CODES]
    worst = next((verdict for verdict in known if verdict.outcome is FAILED.outcome), None)
    return worst or (known[0] if known else judge_response(response) or NEUTRAL)


def _code(error: object) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return code if isinstance(code, str) else ""
