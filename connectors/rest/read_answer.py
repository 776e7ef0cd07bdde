"""Read what a service answered: JSON, nothing, or a failure."""

import orjson

from connectors.errors import BadAnswer, BadStatus
from connectors.http.response import HttpResponse
from connectors.protocol import Json

NOT_FOUND = 404
LONGEST_EXCERPT = 200


def read_answer(answer: HttpResponse, *, absent_is_null: bool) -> Json:
    """The JSON of a successful answer; null for an empty one, and for 404 where that means that there is none.

    Raises BadStatus for any status but 2xx, BadAnswer for a body that is not JSON.
    """
    if not 200 <= answer.status < 300:
        if answer.status == NOT_FOUND and absent_is_null:
            return None
        message = f"the service answered with status {answer.status}"
        raise BadStatus(message, detail=_excerpt(answer.body), extensions={"status": answer.status})
    if not answer.body:
        return None
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise BadAnswer("the answer is not JSON", detail=f"{error}: {_excerpt(answer.body)}") from error


def _excerpt(body: bytes) -> str:
    return body[:LONGEST_EXCERPT].decode(errors="replace")
