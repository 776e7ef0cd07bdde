"""Where Redis stands: what is refused, without repeating passwords."""

from pathlib import Path

import pytest

from federation.assembly.open_store import redis_options
from federation.config.read import parse_config
from federation.errors import ConfigurationError

REST = "supergraph: supergraph.graphql\n"


def problems(tmp_path: Path, redis: str) -> str:
    (tmp_path / "supergraph.graphql").touch()
    with pytest.raises(ConfigurationError) as found:
        parse_config(f"{REST}redis: {redis}\n", tmp_path / "interlace.yaml", {})
    return str(found.value)


@pytest.mark.parametrize(
    ("redis", "problem"),
    [
        ("{url: 'http://:geheim@host'}", "expected redis://"),
        ("{url: 'redis://'}", "expected redis://"),
        ("{url: 'redis://:geheim@host:port'}", "the port must be a number"),
        ("{url: 'redis://:geheim@host/news'}", "the number of a database"),
        ("{url: 'redis://:geheim@host/1', cluster: true}", "a cluster has only database 0"),
        ("{url: 'redis://host', ca_file: missing.pem}", "there is no file missing.pem"),
        ("{url: 'redis://host', prefix: 'a{b}'}", "redis.prefix"),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, redis: str, problem: str) -> None:
    said = problems(tmp_path, redis)

    assert problem in said
    assert "geheim" not in said


def test_options_are_what_the_section_says(tmp_path: Path) -> None:
    (tmp_path / "supergraph.graphql").touch()
    text = f"{REST}redis: {{url: 'redis://me:pass@host:1/2', timeout: 50ms, prefix: 'shop:'}}\n"
    section = parse_config(text, tmp_path / "interlace.yaml", {}).redis
    assert section is not None
    options = redis_options(section)

    assert (options.host, options.port, options.username, options.password) == ("host", 1, "me", "pass")
    assert (options.database, options.timeout, options.prefix) == (2, 0.05, "shop:")
    assert "pass" not in repr(section)
