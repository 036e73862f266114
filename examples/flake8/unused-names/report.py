import json
import os


def total(rows):
    count = 0
    return sum(row.price for row in rows)


print(os.getcwd(), totl([]))
