def mean(double[:] values):
    return sum(values) /
