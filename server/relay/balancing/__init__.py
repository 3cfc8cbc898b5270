"""The control loop of circuits: looks, decides, tells chargers, hears what became of it."""
