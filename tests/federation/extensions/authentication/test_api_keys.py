"""API keys are known by their hashes alone."""

import pytest

from federation.extensions.authentication.api_keys import ApiKey, ApiKeys, hash_api_key, new_api_key
from federation.extensions.authentication.refusals import Reason, Unauthenticated

KEY, KEY_ID = new_api_key()
OTHER, OTHER_ID = new_api_key()
KEYS = ApiKeys(
    {
        KEY_ID: ApiKey(hash_api_key(KEY), "billing", frozenset({"batch"}), frozenset({"orders:read"})),
        OTHER_ID: ApiKey(hash_api_key(OTHER), "billing", until=100.0),
    }
)


def test_a_key_says_whose_it_is() -> None:
    identity = KEYS.identify(KEY, 0)

    assert (identity.subject, identity.roles, identity.scopes) == ("billing", {"batch"}, {"orders:read"})
    assert (identity.method, identity.claims["key_id"]) == ("api_key", KEY_ID)


def test_two_keys_of_one_subject_are_one_principal_whose_answers_are_kept_apart() -> None:
    one, other = KEYS.identify(KEY, 0), KEYS.identify(OTHER, 0)

    assert one.scope_key == other.scope_key
    assert one.answer_scope != other.answer_scope


def test_new_keys_differ_and_have_256_random_bits() -> None:
    keys = {new_api_key()[0] for _ in range(100)}

    assert len(keys) == 100
    assert {len(key.split("_", 2)[2]) for key in keys} == {43}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", Reason.MALFORMED, id="nothing"),
        pytest.param("secret", Reason.MALFORMED, id="no key of ours"),
        pytest.param("x" + KEY[1:], Reason.MALFORMED, id="another prefix"),
        pytest.param(KEY + "x" * 200, Reason.MALFORMED, id="much too long"),
        pytest.param(KEY + "x", Reason.UNKNOWN_KEY, id="a letter more"),
        pytest.param(KEY[:-1], Reason.UNKNOWN_KEY, id="a letter less"),
        pytest.param(f"ilk_{KEY_ID}_", Reason.UNKNOWN_KEY, id="the id alone"),
        pytest.param(f"ilk_{KEY_ID}_{OTHER.split('_', 2)[2]}", Reason.UNKNOWN_KEY, id="the secret of another key"),
        pytest.param("ilk_000000000000_x", Reason.UNKNOWN_KEY, id="an unknown id"),
        pytest.param(f"ilk_{KEY_ID}_é\ud800", Reason.UNKNOWN_KEY, id="no text that can be sent"),
        pytest.param(hash_api_key(KEY).hex(), Reason.MALFORMED, id="the hash"),
    ],
)
def test_what_is_not_exactly_a_key_is_refused(text: str, reason: Reason) -> None:
    with pytest.raises(Unauthenticated) as refused:
        KEYS.identify(text, 0)

    assert refused.value.reason is reason


def test_a_key_holds_until_it_expires() -> None:
    assert KEYS.identify(OTHER, 99.9).subject == "billing"
    with pytest.raises(Unauthenticated) as refused:
        KEYS.identify(OTHER, 100)
    assert refused.value.reason is Reason.EXPIRED
