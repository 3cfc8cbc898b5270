"""Receipts as documents: HTML and PDF, in the languages of those who get them."""
