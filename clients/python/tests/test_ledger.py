"""Events that are not confirmed, counted."""

from __future__ import annotations

from lahja_client.link import ledger
from lahja_client.link.ledger import Ledger


def spent(*costs: int) -> Ledger:
    spent = Ledger()
    for cost in costs:
        spent.spend(cost)
    return spent


def left(ledger: Ledger, *grants: int) -> list[int]:
    """How many are left after each grant."""
    lengths = []
    for grant in grants:
        ledger.confirm(grant)
        lengths.append(len(ledger))
    return lengths


def test_grants_confirm_whole_events() -> None:
    assert left(spent(100, 100, 100), 150, 149, 1) == [2, 1, 0]


def test_events_of_different_costs_are_confirmed_in_their_order() -> None:
    assert left(spent(100, 100, 300, 100), 99, 1, 399, 1) == [4, 3, 2, 1]


def test_what_is_granted_beyond_all_that_went_out_confirms_nothing_later() -> None:
    one = spent(100)
    assert left(one, 1000) == [0]
    one.spend(100)
    assert len(one) == 1


def test_a_receiver_that_never_grants_is_remembered_by_runs() -> None:
    many = spent(*(100 + number % 2 for number in range(100_000)))
    assert len(many) == 100_000
    assert len(many._runs) == ledger._MAX_RUNS
    assert left(many, 201 * 5_000, 201 * 45_000) == [90_000, 0]
