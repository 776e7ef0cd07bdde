"""One process of a burst: at a line on standard input, ask Redis for so many calls at once, and say how many passed."""

import asyncio
import sys

from federation.extensions.rate_limits.decision import Ask, Bucket, Charge
from federation.extensions.rate_limits.quota import MICROSECONDS, exact
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.stores.redis import open_redis
from tests.redis_server import to


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(url: str, calls: int) -> None:
    buckets, asks = [Bucket("{burst}", exact(100, 60 * MICROSECONDS))], [Ask(1, (Charge(0, 1),))]
    async with open_redis(to(url, timeout=20)) as store:
        counts = RedisCounts(store)
        say("ready")
        sys.stdin.readline()
        verdicts = await asyncio.gather(*(counts.decide(buckets, asks) for _ in range(calls)))
    say(str(sum(verdict.admitted[0] for verdict in verdicts)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
