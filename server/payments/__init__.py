"""Who takes money outside: the port `PaymentGateway` of the rest of the platform, by Stripe."""
