import pytest

from federation.http.media_types import GRAPHQL_RESPONSE, JSON, choose, names_explicitly, parse_content_type

OFFERED = (JSON, GRAPHQL_RESPONSE)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", GRAPHQL_RESPONSE),
        ("application/graphql-response+json; charset=utf-8, application/json; q=0.9", GRAPHQL_RESPONSE),
        ("application/json;q=0.5, application/graphql-response+json;q=0.4", JSON),
        ("application/json;q=0, */*", GRAPHQL_RESPONSE),
        ("text/html", None),
        ("application/json;q=0", None),
        ("nonsense", None),
        ("application/json;q=x", None),
    ],
)
def test_the_best_accepted_type_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


def test_a_wildcard_does_not_name_a_type() -> None:
    assert not names_explicitly("*/*", "text/html")
    assert names_explicitly("text/html,*/*;q=0.8", "text/html")


def test_a_content_type_is_split_into_type_and_parameters() -> None:
    assert parse_content_type('Application/JSON; Charset="UTF-8"') == (JSON, {"charset": "utf-8"})
