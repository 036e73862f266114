def change(amount, coins):
    """The fewest coins that sum up to the amount."""
    result = []
    for coin in sorted(coins, reverse=True):
        while amount >= coin:
            amount -= coin
            result.append(coin)
    return result
