"""Count and disturb the calls of a REST program."""

import orjson

from examples.storefront.chassis.admin import Behaviour
from examples.storefront.chassis.faults import Kind
from examples.storefront.chassis.rest import Answer, Interceptor, Problem

CUT_OFF = '{"users": [{"id": "1", "na'


def rest_interceptor(behaviour: Behaviour) -> Interceptor:
    """What a REST program does with each call before it answers."""

    async def intercept(operation: str) -> Answer | None:
        behaviour.calls[operation] += 1
        fault = behaviour.faults.take(operation)
        if fault is None:
            return None
        if fault.kind is Kind.SLOW:
            await behaviour.pause(fault.seconds)
            return None
        status = fault.status if isinstance(fault.status, int) else None
        if fault.kind is Kind.FAIL:
            raise Problem(status or 500, "this service was told to fail")
        body = CUT_OFF if fault.body is None else fault.body
        return Answer(body.encode() if isinstance(body, str) else orjson.dumps(body), status or 200)

    return intercept
