"""No address takes more threads than it leaves free; all others wait, and all come to their end."""

import random
from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st

from config.http.thread_turns import ThreadTurns


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 4), st.randoms(use_true_random=False))
def test_no_address_takes_more_than_is_free_and_every_request_its_turn(
    addresses: list[str], threads: int, chance: random.Random
) -> None:
    turns, under_way, begun = ThreadTurns[int](threads), deque[int](), list[int]()
    left = deque(enumerate(addresses))
    while left or under_way:
        if left and (not under_way or chance.random() < 0.6):
            number, address = left.popleft()
            now = [number] if turns.begin(address, number) else []
        else:
            under_way.rotate(chance.randrange(len(under_way)))
            over = under_way.popleft()
            now = turns.end(addresses[over])
        under_way.extend(now)
        begun.extend(now)
        free, held = threads - len(under_way), Counter(addresses[one] for one in under_way)
        assert free >= 0
        assert not now or held[addresses[now[-1]]] <= free + 1
        assert not any(turns.waiting(address) and held[address] < free for address in "abc")
    assert sorted(begun) == list(range(len(addresses)))
    of_address = {address: [one for one in begun if addresses[one] == address] for address in addresses}
    assert all(order == sorted(order) for order in of_address.values())


def test_whoever_comes_after_greedy_addresses_is_begun_at_once() -> None:
    turns = ThreadTurns[int](32)
    held = [sum(turns.begin(address, number) for number in range(100)) for address in "abcd"]
    assert held == [16, 8, 4, 2]
    assert turns.begin("quiet", 0)
