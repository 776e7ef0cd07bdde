"""The administration is closed to strangers by its configuration, and its tokens are told to nobody."""

from pathlib import Path

import pytest

from federation.config.read import parse_config
from federation.config.sections import Config
from federation.errors import ConfigurationError

TOKEN = "of-an-operator-0123456789abcdef"
REST = "\nsubgraphs: {shop: {url: http://127.0.0.1:1/graphql}}\n"


def read(section: str, **environment: str) -> Config:
    return parse_config(f"admin: {section}{REST}", Path("interlace.yaml"), environment)


def problems(section: str, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(section, **environment)
    return "\n".join(caught.value.problems)


def test_it_is_off_without_a_token_and_an_empty_one_is_none() -> None:
    assert not parse_config(REST, Path("interlace.yaml"), {}).admin.is_on
    assert not read("{tokens: {ops: '${TOKEN:-}'}}").admin.is_on
    assert read("{tokens: {ops: '${TOKEN:-}'}}", TOKEN=TOKEN).admin.is_on
    assert read("{readers: {scraper: '${TOKEN}'}}", TOKEN=TOKEN).admin.is_on


@pytest.mark.parametrize("token", ["short", "with a space 0123456789abcdef", "0" * 40, "1" * 40])
def test_a_token_that_is_wrong_is_not_repeated(token: str) -> None:
    said = problems("{tokens: {ops: '${TOKEN}'}}", TOKEN=token)

    assert "admin.tokens.ops: a token" in said
    assert token not in said


def test_tokens_are_not_shown() -> None:
    config = read("{tokens: {ops: '${TOKEN}'}, readers: {scraper: '${OTHER}'}}", TOKEN=TOKEN, OTHER=TOKEN[::-1])

    assert TOKEN not in repr(config)
    assert TOKEN[::-1] not in repr(config)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "gateway.internal"])
def test_other_hosts_than_loopback_need_a_word(host: str) -> None:
    assert "set 'allow_remote'" in problems(f"{{host: '{host}'}}")
    assert read(f"{{host: '{host}', allow_remote: true}}").admin.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    assert read(f"{{host: '{host}', open_metrics: true}}").admin.is_on_loopback


def test_metrics_are_open_on_loopback_alone() -> None:
    assert "'open_metrics' is for loopback alone" in problems(
        "{host: 10.0.0.1, allow_remote: true, open_metrics: true}"
    )


def test_no_two_tokens_are_the_same_and_no_two_names() -> None:
    assert "each token stands once" in problems(f"{{tokens: {{a: {TOKEN}, b: {TOKEN}}}}}")
    assert "each token stands once" in problems(f"{{tokens: {{a: {TOKEN}}}, readers: {{a: {TOKEN}x}}}}")
