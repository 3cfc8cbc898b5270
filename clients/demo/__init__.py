"""A small network to look at: demo data made by the API, four simulated stations, visitors."""
