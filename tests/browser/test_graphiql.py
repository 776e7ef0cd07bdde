"""What people see when they open the endpoint in a browser."""

import base64
import os
from pathlib import Path

from tests.browser.devtools import Page

ANSWERED = "document.querySelector('.graphiql-response')?.innerText.includes('Rūta')"
EDITOR_READY = "document.querySelector('.graphiql-query-editor .view-line')?.innerText.includes('Storefront')"
CONTROL = 2


async def test_graphiql_opens_with_a_query_that_runs(page: Page, address: str) -> None:
    await page.open(f"{address}/graphql")
    await page.until(EDITOR_READY)

    await page.click("button.graphiql-execute-button")
    await page.until(ANSWERED)

    assert page.problems == []
    assert {request for request in page.requests if not request.startswith((address, "data:", "blob:"))} == set()
    keep = os.environ.get("INTERLACE_SCREENSHOT")
    if keep:
        Path(keep).write_bytes(base64.b64decode(await page.screenshot()))  # noqa: ASYNC240 - on demand, for the README


async def test_a_pasted_query_runs_by_its_key(page: Page, address: str) -> None:
    await page.open(f"{address}/graphql")
    await page.until(EDITOR_READY)

    await page.evaluate("document.querySelector('.graphiql-query-editor textarea').focus()")
    await page.press("a", 65, CONTROL)
    await page.paste("{ user(id: 1) { called: name } }")
    await page.until("!document.querySelector('.graphiql-tab').innerText.includes('Storefront')")
    await page.press("Enter", 13, CONTROL)
    await page.until("document.querySelector('.graphiql-response')?.innerText.includes('called')")

    assert page.problems == []
