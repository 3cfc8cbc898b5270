"""Sessions: from the wish to charge to the bill."""
