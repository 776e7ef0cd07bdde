"""What services are told must be known: rules of `services` that need what `authentication` does not say."""

from collections.abc import Iterator

from federation.config.sections import Config

Problem = tuple[tuple[str | int, ...], str]


def identity_problems(config: Config) -> Iterator[Problem]:
    """Every such problem, and where it stands."""
    section = config.authentication
    for name, service in config.services.items():
        if service.identity is None:
            continue
        if section is None:
            yield ("services", name, "identity"), "nobody is known: say who may ask by a section 'authentication'"
        elif service.identity.token is not None and section.internal_token is None:
            yield (
                ("services", name, "identity", "token"),
                "there is no key to sign it: give one by 'authentication.internal_token.key'",
            )
    told = any(service.identity and service.identity.token for service in config.services.values())
    if section is not None and section.internal_token is not None and not told:
        yield (
            ("authentication", "internal_token"),
            "no service gets a token: write 'identity: {token: {}}' below one of 'services', or remove this",
        )
