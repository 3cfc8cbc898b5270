"""The rules of charging and of money: pure, exact, and on the standard library alone.

Values go in and values come out; time and identifiers are arguments. Nothing in
here opens a file, a socket or a database, and nothing reads a clock.
"""
