class CsvExporter:
    suffix = ".csv"

    def export(self, rows: list[dict[str, str]]) -> bytes:
        lines = [",".join(row.values()) for row in rows]
        return "\n".join(lines).encode()


class MarkdownExporter:
    suffix = ".md"

    def export(self, rows: list[dict[str, str]]) -> str:
        return "\n".join("| " + " | ".join(row.values()) + " |" for row in rows)
