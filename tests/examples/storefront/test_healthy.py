"""Container health checks tell a program that answers from one that does not."""

import asyncio

import pytest

from examples.storefront.healthy import main
from examples.storefront.run import Storefront


async def exit_code(url: str) -> int:
    return await asyncio.to_thread(main, [url])


async def test_programs_that_answer_are_healthy(storefront: Storefront) -> None:
    assert await exit_code(f"http://{storefront.endpoints('users')[0]}/health") == 0
    assert await exit_code(f"http://{storefront.endpoints('preferences')[0]}/health") == 0
    assert await exit_code(f"grpc://{storefront.endpoints('orders')[0]}") == 0


async def test_a_program_that_fails_or_has_gone_is_not_healthy(storefront: Storefront) -> None:
    await storefront.set_fault("users", "fail")
    assert await exit_code(f"http://{storefront.endpoints('users')[0]}/health") == 1

    await storefront.kill("orders", 2)
    assert await exit_code(f"grpc://{storefront.endpoints('orders')[1]}") == 1
    await storefront.restart("orders", 2)


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["ftp://127.0.0.1"]])
def test_anything_but_one_address_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "one address is needed" in capsys.readouterr().err
