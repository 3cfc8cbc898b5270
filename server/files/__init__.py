"""Files over HTTP, behind Envoy: what chargers upload and fetch, operators bring and look at."""
