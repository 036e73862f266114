from station import report


class Reading:
    def __init__(self, t, rh, p):
        self.t = t
        self.rh = rh
        self.p = p

    def dew_point(self):
        return self.t - (100 - self.rh) / 5

    def printed(self):
        return report.format_reading(self)
