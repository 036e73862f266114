FACTORS = {"mile": 1609.344, "yard": 0.9144, "foot": 0.3048, "inch": 0.0254, "nautical mile": 1852.0}


def metres(value, unit):
    return value * FACTORS[unit]
