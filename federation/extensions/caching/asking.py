"""Turn a call into what the cache looks for: a key for each entity, or one for a fetch of root fields."""

from bisect import bisect_right
from collections.abc import Callable, Container, Sequence
from itertools import accumulate
from typing import Final

from connectors.protocol import CallRequest, Fetch
from federation.extensions.caching.cache import Landed
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.keys import CacheKey, KeySpace
from federation.extensions.caching.question import Question
from federation.extensions.caching.storing import Asked
from federation.extensions.caching.why_not import UNDECLARED, WhyNot

MOST_QUESTIONS: Final = 4_096
AFTER_MUTATION: Final = WhyNot("after_mutation", "it follows a mutation")
ANY_HEADER: Final = WhyNot("any_header", "its binding may read any of the client's headers")


class Lookup:
    """One call that may be answered from the cache; only the tasks of its request change it.

    `keys` are those of its entries in their order, `first` says where each stands first. `found` is what is known of
    each, `rescue` are stale entries that may be used where fetching fails. `here` counts what was kept, `joined` what
    somebody else fetched.
    """

    __slots__ = ("_questions", "_request", "first", "found", "here", "joined", "keys", "rescue")

    def __init__(self, keys: Sequence[CacheKey], questions: Sequence[Question], request: CallRequest) -> None:
        self.keys = keys
        self.first: dict[CacheKey, int] = {}
        for number, key in enumerate(keys):
            self.first.setdefault(key, number)
        self._questions = questions
        self._request = request
        self.found: dict[CacheKey, Landed] = {}
        self.rescue: dict[CacheKey, Entry] = {}
        self.here = 0
        self.joined = 0

    def again(self) -> "Lookup":
        """The same call, of which nothing is known yet."""
        return Lookup(self.keys, self._questions, self._request)

    def asked(self, keys: Sequence[CacheKey]) -> dict[CacheKey, Asked]:
        """What is asked for under these keys, in the order of the call."""
        request = self._request
        if not request.representations:
            return {keys[0]: Asked(self._questions[0], None)}
        ends = list(accumulate(request.counts or (len(self.keys),)))
        return {
            key: Asked(self._questions[bisect_right(ends, number)], request.representations[number])
            for number, key in sorted((self.first[key], key) for key in keys)
        }


class Asking:
    """How one graph is asked; `graph` and `service` are what traces name.

    `passed` are the client's headers that its service gets, None where that may be any. Where it `follows`, what the
    service says of its answers is enough to keep them.
    """

    def __init__(
        self,
        graph: str,
        service: str,
        make: Callable[[Fetch], Question],
        passed: tuple[str, ...] | None,
        *,
        follows: bool,
    ) -> None:
        self.graph = graph
        self.service = service
        self._make = make
        self._passed = passed
        self._follows = follows
        # By identity, since fetches live as long as their plan; those of plans that are gone make room.
        self._known: dict[int, tuple[tuple[Fetch, ...], tuple[Question, ...]]] = {}

    @property
    def passes_headers(self) -> bool:
        """Whether the service gets any header of the client's."""
        return self._passed is None or bool(self._passed)

    def questions(self, fetches: tuple[Fetch, ...]) -> tuple[Question, ...]:
        """The questions of the fetches, made once."""
        known = self._known.get(id(fetches))
        if known is not None and known[0] is fetches:
            return known[1]
        made = tuple(self._make(fetch) for fetch in fetches)
        if len(self._known) >= MOST_QUESTIONS:
            del self._known[next(iter(self._known))]
        self._known[id(fetches)] = (fetches, made)
        return made

    def why_not(self, questions: Sequence[Question], request: CallRequest) -> WhyNot | None:
        """Why the call has to be made in any case; None where it need not be."""
        if not request.context.may_share:
            return AFTER_MUTATION
        if self._passed is None:
            return ANY_HEADER
        if not self._follows:
            for question in questions:
                if question.hint is None:
                    return WhyNot(UNDECLARED, question.reason)
        return None

    def whole_key(self, questions: Sequence[Question], request: CallRequest) -> CacheKey | None:
        """The key of the whole answer to a call for entities of one fetch; None for other calls."""
        if len(questions) > 1 or len(request.representations) < 2 or request.context_values:
            return None
        return self._space(questions[0], request).together(request.representations)

    def lookup(self, questions: Sequence[Question], request: CallRequest) -> Lookup:
        """The keys of what is asked for."""
        if not questions[0].fetch.is_entity_fetch:
            return Lookup((self._space(questions[0], request).whole(),), questions, request)
        keys: list[CacheKey] = []
        counts = request.counts or (len(request.representations),)
        for question, end, count in zip(questions, accumulate(counts), counts, strict=True):
            if count:
                part = slice(end - count, end)
                space = self._space(question, request)
                keys += space.entities(request.representations[part], request.context_values[part])
        return Lookup(keys, questions, request)

    def narrowed(self, request: CallRequest, lookup: Lookup, wanted: Container[CacheKey]) -> CallRequest:
        """The call for those entities alone whose keys are wanted, each once, in their order."""
        if not request.representations:
            return request
        chosen = [number for key, number in lookup.first.items() if key in wanted]
        if len(chosen) == len(lookup.keys):
            return request
        return request._replace(
            representations=[request.representations[number] for number in chosen],
            context_values=[request.context_values[number] for number in chosen] if request.context_values else (),
            counts=_counts(request.counts, chosen),
        )

    def _space(self, question: Question, request: CallRequest) -> KeySpace:
        return question.space(request.context, request.variables, self._passed or ())


def _counts(counts: Sequence[int], chosen: Sequence[int]) -> Sequence[int]:
    """How many of the chosen numbers lie in each fetch's part."""
    ends = list(accumulate(counts))
    return [sum(end - count <= number < end for number in chosen) for end, count in zip(ends, counts, strict=True)]
