"""What is asked of payment gateways, step by step, and what comes of it."""
