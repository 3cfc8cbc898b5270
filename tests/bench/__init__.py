"""How fast the platform is: ratios against baselines that run side by side (`make bench`)."""
