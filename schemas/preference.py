"""What users have chosen, which the preferences service keeps (REST)."""

from enum import Enum

import strawberry
from strawberry import ID

from schemas.authoring import RestSource, batch, connect, key

service = RestSource("preferences", base_url="http://127.0.0.1:8085", names="camelCase")


@strawberry.enum
class Theme(Enum):
    LIGHT = "LIGHT"
    DARK = "DARK"
    SYSTEM = "SYSTEM"


@strawberry.type
class Preferences:
    """How the shop looks and speaks."""

    theme: Theme
    locale: str
    """A language, script and region of BCP 47, as in zh-Hant-TW."""
    newsletter: bool
    """Whether news may be sent by e-mail."""


@key("id")
class User:
    id: ID

    @connect
    def preferences(self) -> Preferences | None:
        """Null when the customer has chosen nothing."""
        return service.post("/preferences/batch", {"userIds": batch(self).id}, group_by="userId", max_batch=250)


@strawberry.input
class PreferencesInput:
    theme: Theme
    locale: str
    newsletter: bool = False


@strawberry.type
class Mutation:
    @connect
    def update_preferences(self, user_id: ID, input: PreferencesInput) -> Preferences:  # noqa: A002 - GraphQL's word
        """Replace what a customer has chosen."""
        return service.put(f"/preferences/{user_id}", input)
