"""Variables are found wherever a template or a mapping mentions them."""

import pytest

from schemas.variable_references import references_in_mapping, references_in_template


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("user_ids: $batch.id", ["$batch.id"]),
        ("$args.input { theme emailOptIn: email }", ["$args.input.theme", "$args.input.email"]),
        ("$this { id address { city zip: code } }", ["$this.id", "$this.address.city", "$this.address.code"]),
        ("a: '$this.x' # $args.q\nb: $.c { d }", []),
        ("a: $args.a b: $args.a", ["$args.a"]),
        ("$batch.id->joinNotNull(',')", ["$batch.id"]),
        ("$args", ["$args"]),
        ("$this { unclosed { x", ["$this.unclosed.x"]),
    ],
)
def test_references_in_a_mapping(text: str, found: list[str]) -> None:
    assert [str(reference) for reference in references_in_mapping(text)] == found


def test_only_the_holes_of_a_template_mention_variables() -> None:
    text = "/users/{$args.id}/$this.x?ids={$batch.id->joinNotNull(',')}&k={$({ a: $this.k })}"

    assert [str(reference) for reference in references_in_template(text)] == ["$args.id", "$batch.id", "$this.k"]
