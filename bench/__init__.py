"""What a grade costs; `make bench` runs `bench.run`."""
