from station.report import daily_report

__all__ = ["daily_report"]
