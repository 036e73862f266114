# One obvious command a chore. `just` lists them.

default:
    @just --list --unsorted

# Build what users run: build/release/glovebox
build:
    cmake --preset release
    cmake --build --preset release

# All tests, or some parts: just test unit e2e
test *parts:
    ./test {{parts}}

# One unit test binary under ASan and UBSan: just asan sandbox
asan layer:
    cmake --preset asan-ubsan
    ninja -C build/asan-ubsan {{layer}}_test
    build/asan-ubsan/src/{{layer}}/{{layer}}_test

# Format every source that git knows
format:
    git ls-files -co --exclude-standard '*.h' '*.cc' '*.c' | grep -v '^examples/' | xargs clang-format -i

# clang-tidy on what differs from main
tidy:
    cmake --preset dev
    git diff --name-only main -- '*.cc' | xargs -r clang-tidy -p build/dev

# Benchmarks: launch to reaped, against bare vfork and exec
bench:
    cmake --preset bench
    cmake --build --preset bench
    build/bench/bench/launch_bench

# All targets against the peers that are installed: just compare --quick --only execute
compare *arguments:
    bench/compare {{arguments}}

# Instructions and system calls of a request and of a launch, against the record: just instructions --record
instructions *arguments:
    bench/instructions {{arguments}}

# Line coverage of the unit tests
coverage:
    cmake --preset coverage
    cmake --build --preset coverage
    ctest --test-dir build/coverage -L unit
    gcovr --root . --filter src/ build/coverage
