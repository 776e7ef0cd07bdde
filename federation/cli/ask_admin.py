"""Ask the administration of a gateway, and print what it says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from federation.cli.say import say
from federation.errors import InterlaceError

TOKEN_VARIABLE = "INTERLACE_ADMIN_TOKEN"  # noqa: S105 - the name of the variable, and no token
# Longer than the administration itself waits for a reload.
PATIENCE = 90.0


class AdminRefused(InterlaceError):
    """The administration cannot be asked, or does not do what is wanted."""

    code = "ADMIN_REFUSED"


@dataclass(frozen=True, slots=True)
class AskAdmin:
    """The administration at a URL. The token comes from the environment: arguments are seen by all processes."""

    url: str

    def get(self, path: str) -> None:
        """Print what stands at a path. Raises AdminRefused."""
        self._ask("GET", path, None)

    def post(self, path: str, told: Mapping[str, Any] | None = None) -> None:
        """Do something, and print what came of it. Raises AdminRefused."""
        self._ask("POST", path, dict(told or {}))

    def _ask(self, method: str, path: str, told: Any) -> None:
        import httpx  # noqa: PLC0415 - it takes a while, and `--help` needs none

        token = os.environ.get(TOKEN_VARIABLE)
        if not token:
            raise AdminRefused(f"set {TOKEN_VARIABLE} to a token of the section 'admin'")
        headers = {"authorization": f"Bearer {token}"}
        try:
            # Not by a proxy of the environment, which would see the token.
            with httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False) as client:
                answer = client.request(method, path, headers=headers, json=told)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError) as error:
            raise AdminRefused(f"{self.url} cannot be asked: {str(error) or type(error).__name__}") from error
        say(answer.text.rstrip("\n"))
        if answer.is_error:
            raise AdminRefused(_reason(answer))


def _reason(answer: Any) -> str:
    try:
        error = answer.json()["error"]
        return f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return f"the answer has status {answer.status_code}; is this the port of the administration?"
