"""The section `admin`: the port of operators, and who may use it."""

import re
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from federation.config.section import Section

LEAST_CHARACTERS = 24
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")


def _check_token(value: object) -> str:
    # The messages do not repeat the value: it is a secret.
    if not isinstance(value, str):
        message = "a token is a text, and this reads as something else: make one by 'openssl rand -hex 32'"
        raise ValueError(message)  # noqa: TRY004 - what pydantic shows
    if value and (len(value) < LEAST_CHARACTERS or not TOKEN.fullmatch(value)):
        message = (
            f"a token has at least {LEAST_CHARACTERS} characters, of letters, digits and . _ ~ + / = -: "
            "make one by 'openssl rand -hex 32'"
        )
        raise ValueError(message)
    return value


Token = Annotated[str, BeforeValidator(_check_token)]
TokenName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]


class AdminSection(Section):
    """Where operators ask and act. It is off while no token is given: an empty one is none.

    Those named in `tokens` may do everything, those in `readers` only look. `hosts` are names, beside `localhost` and
    plain addresses, by which the port may be asked for. Only on loopback may metrics be had without a token.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9901
    tokens: Annotated[dict[TokenName, Token], Field(repr=False)] = {}
    readers: Annotated[dict[TokenName, Token], Field(repr=False)] = {}
    hosts: tuple[str, ...] = ()
    allow_remote: bool = False
    open_metrics: bool = False

    @property
    def is_on(self) -> bool:
        """Whether anybody may ask."""
        return any((*self.tokens.values(), *self.readers.values()))

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine can ask."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @model_validator(mode="after")
    def _is_closed_to_strangers(self) -> Self:
        if not self.is_on_loopback and not self.allow_remote:
            message = (
                f"'host': {self.host} can be reached from other machines: listen on 127.0.0.1, or set 'allow_remote' "
                "and see to it that the network is private, since tokens pass unencrypted"
            )
            raise ValueError(message)
        if self.open_metrics and not self.is_on_loopback:
            message = "'open_metrics' is for loopback alone: give the scraper a token under 'readers'"
            raise ValueError(message)
        given = [token for token in (*self.tokens.values(), *self.readers.values()) if token]
        if len(set(given)) < len(given) or self.tokens.keys() & self.readers.keys():
            message = "each name and each token stands once: audit lines could not tell who acted"
            raise ValueError(message)
        return self
