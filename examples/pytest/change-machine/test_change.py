from change import change


def test_euro_cents():
    assert change(88, [1, 2, 5, 10, 20, 50]) == [50, 20, 10, 5, 2, 1]


def test_nothing_to_give():
    assert change(0, [1, 5]) == []


def test_fewest_coins():
    assert change(6, [1, 3, 4]) == [3, 3]


def test_gives_all_of_it():
    assert sum(change(8, [3, 5])) == 8
    assert sum(change(9, [5, 7])) == 9
