"""`interlace key new`: make an API key, and say what stands for it in the configuration."""

from dataclasses import dataclass

import yaml

from federation.cli.say import say, tell
from federation.extensions.authentication.api_keys import hash_api_key, new_api_key


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whose key it is, and what they may do."""

    subject: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


def print_new_key(owner: KeyOwner) -> None:
    """Print the key as the result; the rest is for whoever reads the terminal."""
    key, key_id = new_api_key()
    entry: dict[str, object] = {"subject": owner.subject, "hash": f"sha256:{hash_api_key(key).hex()}"}
    entry |= {name: list(values) for name, values in (("roles", owner.roles), ("scopes", owner.scopes)) if values}
    text = yaml.safe_dump({"authentication": {"api_keys": {"keys": {key_id: entry}}}}, sort_keys=False)
    say(key)
    tell(f"\nThis is the only time that the key is shown. Write into the configuration:\n\n{text}")
