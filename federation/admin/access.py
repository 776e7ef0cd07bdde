"""Who may ask the administration, and do what: decided by tokens, and by the name under which it is asked for."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from federation.admin.audit import Strangers
from federation.admin.refusals import Refused
from federation.config.admin_section import AdminSection

HOW_TO_ASK = "send 'authorization: Bearer TOKEN' with a token of the section 'admin'"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with a token of this name; who `may_act` may do more than look."""

    name: str
    may_act: bool


ANYBODY = Operator("anybody", may_act=False)


class Access:
    """Knows the tokens; of each only its hash is kept and compared, so that times tell nothing of it."""

    def __init__(self, section: AdminSection) -> None:
        self._known = [
            (sha256(token.encode()).digest(), Operator(name, may_act))
            for tokens, may_act in ((section.tokens, True), (section.readers, False))
            for name, token in tokens.items()
            if token
        ]
        self._hosts = frozenset(host.lower() for host in ("localhost", *section.hosts))
        self.strangers = Strangers()

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Refuse what a browser sends for a page of somebody else, also by a name that leads here. Raises Refused.

        Such a page has a name of its own; `localhost` and plain addresses are no page's.
        """
        if "origin" in headers or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused(403, "FORBIDDEN", "pages in browsers may not ask the administration: use a command line")
        host = _without_port(headers.get("host", "")).lower()
        if host not in self._hosts and not _is_address(host):
            message = (
                "the administration is not known by this name: ask for its address, or list the name in admin.hosts"
            )
            raise Refused(421, "HOST_UNKNOWN", message)

    def operator(self, headers: Mapping[str, str], **told: Any) -> Operator:
        """Who has the token that came; `told` goes to the audit line of who has none. Raises Refused."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = sha256(token.strip().encode("utf-8", "surrogateescape")).digest()
        found: Operator | None = None
        for digest, operator in self._known:
            if hmac.compare_digest(digest, given):
                found = operator
        if found is not None and scheme.lower() == "bearer":
            return found
        reason = "wrong token" if token else "no token"
        # A right token is always let in: nobody can lock operators out by trying wrong ones.
        if self.strangers.note(reason=reason, **told):
            message = f"too many wrong tokens came of late; {HOW_TO_ASK}"
            raise Refused(429, "RATE_LIMITED", message, headers=((b"retry-after", b"60"),))
        raise Refused(401, "UNAUTHENTICATED", f"{reason}: {HOW_TO_ASK}", headers=((b"www-authenticate", b"Bearer"),))


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
