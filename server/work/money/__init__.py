"""Money: who pays which tariff, the ledger, payments."""
