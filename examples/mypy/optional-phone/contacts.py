from typing import Optional


class Contact:
    def __init__(self, name: str, phone: Optional[str] = None) -> None:
        self.name = name
        self.phone = phone


CONTACTS = {"ada": Contact("Ada", "555-0134"), "alan": Contact("Alan")}


def country_code(name: str) -> str:
    contact = CONTACTS.get(name)
    return contact.phone[:3]


def greeting(hour: int) -> str:
    if hour < 12:
        return "good morning"
    elif hour < 24:
        return "good day"


def call(contact: Contact, times: int) -> None:
    print(greeting(9), contact.name, "x" * times)


call(CONTACTS["ada"], "3")
