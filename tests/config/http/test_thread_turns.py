"""Of one address so many requests are under way at once; all others wait, and all come to their end."""

import random
from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st

from config.http.thread_turns import ThreadTurns


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 4), st.randoms(use_true_random=False))
def test_no_address_has_more_than_its_share_and_every_request_its_turn(
    addresses: list[str], most: int, chance: random.Random
) -> None:
    turns, under_way, begun = ThreadTurns[int](most), deque[int](), list[int]()
    left = deque(enumerate(addresses))
    while left or under_way:
        if left and (not under_way or chance.random() < 0.6):
            number, address = left.popleft()
            is_begun = turns.begin(address, number)
        else:
            under_way.rotate(chance.randrange(len(under_way)))
            over = under_way.popleft()
            after = turns.end(addresses[over])
            is_begun, number = after is not None, -1 if after is None else after
        if is_begun:
            under_way.append(number)
            begun.append(number)
        assert all(count <= most for count in Counter(addresses[one] for one in under_way).values())
    assert sorted(begun) == list(range(len(addresses)))
    of_address = {address: [one for one in begun if addresses[one] == address] for address in addresses}
    assert all(order == sorted(order) for order in of_address.values())
