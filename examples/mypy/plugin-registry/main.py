from exporters.registry import Exporter, Registry
from exporters.text import CsvExporter, MarkdownExporter

registry: Registry[Exporter] = Registry()
registry.add("csv", CsvExporter())
registry.add("markdown", MarkdownExporter())

text: str = registry.get("csv").export([{"city": "Oslo", "sun": "16 h"}])
print(text)
