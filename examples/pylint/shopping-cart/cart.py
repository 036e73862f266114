import json


class Cart:
    def __init__(self, items=[]):
        self.items = items

    def add(self, name, price, note=None):
        if note == None:
            note = ""
        position = len(self.items)
        self.items.append({"name": name, "price": price})

    def total(self):
        try:
            return sum(item["price"] for item in self.items) * (1 + tax_rate)
        except:
            return 0
