from station.readings import Reading


def format_reading(reading, unit):
    return f"{reading.t} {unit}, {reading.rh} %"


def daily_report(rows):
    readings = [Reading(*row) for row in rows]
    first = Reading(20.5, 60, 1013)
    return [format_reading(first), first.dewpoint(), len(readings)]
