def primes(int count):
    cdef int n = 2
    found = []
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found
