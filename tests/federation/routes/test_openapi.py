"""The description of the routes that run operations."""

from pathlib import Path
from typing import Any

import orjson
from openapi_spec_validator import OpenAPIV31SpecValidator

from federation.cli.openapi import print_openapi
from federation.cli.sources import Source
from tests.federation.routes.callers import AUTHENTICATION
from tests.federation.routes.routed_gateway import SDL, Noting, routed
from tests.federation.routes.test_operation_routes import ADD, PROFILE, USERS

FRAGMENTS = "query F($with: Boolean!) { user(id: 1) { id ... @include(if: $with) { email } } }"
ROUTES = f"{PROFILE}\n{USERS}{ADD}- {{path: /f, query: '{FRAGMENTS}', roles: [admin]}}\n"
PUBLISHED = AUTHENTICATION + "openapi: {path: /openapi.json, title: Shop, version: '2'}"


async def document(folder: Path, routes: str = ROUTES, more: str = PUBLISHED) -> dict[str, Any]:
    async with routed(folder, Noting(), routes, more) as gateway:
        response = await gateway.http.get("/openapi.json")
    assert response.headers["content-type"].startswith("application/json")
    return response.json()


def answer_of(found: dict[str, Any], path: str, method: str = "get") -> dict[str, Any]:
    return found["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]


async def test_it_is_a_valid_document(tmp_path: Path) -> None:
    found = await document(tmp_path)

    OpenAPIV31SpecValidator(found).validate()
    assert found["info"] == {"title": "Shop", "version": "2"}


async def test_parameters_have_the_types_of_their_variables(tmp_path: Path) -> None:
    found = await document(tmp_path)

    theme = {"type": "string", "enum": ["LIGHT", "DARK"]}
    shown = {
        each["name"]: (each["required"], each["schema"]) for each in found["paths"]["/api/users"]["get"]["parameters"]
    }
    assert shown == {
        "first": (True, {"type": "integer", "format": "int32"}),
        "themes": (False, {"type": "array", "items": theme}),
        "after": (False, {"title": "BigInt"}),
        "exact": (False, {"type": "boolean", "default": False}),
    }
    (path,) = found["paths"]["/api/user-profile/{id}"]["get"]["parameters"]
    assert (path["in"], path["required"], path["schema"]) == ("path", True, {"type": "string"})


async def test_answers_have_the_types_of_the_fields_that_are_selected(tmp_path: Path) -> None:
    found = await document(tmp_path)

    answer = found["paths"]["/api/user-profile/{id}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    user = answer["properties"]["user"]
    assert (answer["required"], user["type"], user["required"]) == (
        ["user"],
        ["object", "null"],
        ["id", "name", "theme"],
    )
    assert user["properties"]["id"] == {"type": "string"}
    assert user["properties"]["theme"] == {"type": ["string", "null"], "enum": ["LIGHT", "DARK", None]}


async def test_a_field_that_a_variable_leaves_out_need_not_be_there(tmp_path: Path) -> None:
    found = await document(tmp_path)

    answer = answer_of(found, "/f")
    assert answer["properties"]["user"]["required"] == ["id"]
    assert "email" in answer["properties"]["user"]["properties"]


async def test_a_body_has_the_schema_of_its_input_type(tmp_path: Path) -> None:
    found = await document(tmp_path)

    body = found["paths"]["/api/users"]["post"]["requestBody"]
    assert body == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}}},
    }
    new_user = found["components"]["schemas"]["NewUser"]
    assert new_user["required"] == ["name"]
    assert new_user["properties"]["theme"]["default"] == "LIGHT"


async def test_an_answer_that_a_mapping_takes_a_part_of_has_the_schema_of_that_part(tmp_path: Path) -> None:
    found = await document(tmp_path)

    answer = answer_of(found, "/api/users", "post")
    assert answer["type"] == ["object", "null"]
    assert list(answer["properties"]) == ["id", "name"]


async def test_who_must_say_who_they_are_is_told(tmp_path: Path) -> None:
    found = await document(tmp_path)

    assert found["components"]["securitySchemes"] == {"apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    assert found["paths"]["/f"]["get"]["security"] == [{"apiKey": []}]
    assert found["paths"]["/api/users"]["get"]["security"] == [{}, {"apiKey": []}]
    assert {"401", "403"} <= found["paths"]["/f"]["get"]["responses"].keys()


async def test_each_operation_has_a_name_of_its_own(tmp_path: Path) -> None:
    found = await document(tmp_path, PROFILE + "\n" + PROFILE.replace("user-profile", "profile"))

    names = [operation["operationId"] for item in found["paths"].values() for operation in item.values()]
    assert names == ["Profile", "get_api_profile_id"]


async def test_it_is_not_published_unless_that_is_wished(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), PROFILE) as gateway:
        response = await gateway.http.get("/openapi.json")

    assert response.status_code == 404


def test_the_command_prints_what_is_served(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "users.graphql").write_text(SDL)
    (tmp_path / "interlace.yaml").write_text(
        f"subgraphs: {{users: {{sdl: users.graphql}}}}\nroutes:\n{ROUTES}\n{PUBLISHED}\n"
    )

    print_openapi(Source(tmp_path / "interlace.yaml"), None)
    print_openapi(Source(tmp_path / "interlace.yaml"), tmp_path / "openapi.json")

    printed = orjson.loads(capsys.readouterr().out)
    OpenAPIV31SpecValidator(printed).validate()
    assert printed == orjson.loads((tmp_path / "openapi.json").read_bytes())
