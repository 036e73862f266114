from typing import Generic, Protocol, TypeVar


class Exporter(Protocol):
    suffix: str

    def export(self, rows: list[dict[str, str]]) -> bytes: ...


T = TypeVar("T")


class Registry(Generic[T]):
    def __init__(self) -> None:
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> None:
        self._entries[name] = entry

    def get(self, name: str) -> T:
        return self._entries[name]
