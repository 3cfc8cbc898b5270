"""The rooms of the portal, one module each: a blueprint called `room`."""
