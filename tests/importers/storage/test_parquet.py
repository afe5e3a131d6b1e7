from threading import Event, get_ident

import pytest

from importers.storage.parquet import one_ahead


def test_all_come_in_their_order_and_are_made_elsewhere():
    makers = []

    def made(number: int) -> int:
        makers.append(get_ident())
        return number

    assert list(one_ahead(map(made, range(5)))) == [0, 1, 2, 3, 4]
    assert get_ident() not in makers


def test_the_next_one_is_made_while_this_one_is_looked_at():
    second_is_made = Event()

    def made(number: int) -> int:
        if number == 1:
            second_is_made.set()
        return number

    assert next(one_ahead(map(made, range(3)))) == 0
    assert second_is_made.wait(timeout=10)


def test_what_goes_wrong_goes_wrong_where_it_is_asked_for():
    with pytest.raises(ZeroDivisionError):
        list(one_ahead(1 // number for number in (1, 0)))
