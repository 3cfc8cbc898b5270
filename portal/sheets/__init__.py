"""Resources as rows of CSV files, in both directions."""
