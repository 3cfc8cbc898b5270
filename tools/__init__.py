"""What the Makefile calls: code generation, browser assets, locks, house rules."""
