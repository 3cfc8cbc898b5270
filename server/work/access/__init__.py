"""Keys, operators, passwords."""
