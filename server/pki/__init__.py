"""Who signs chargers' certificates: the port `CertificateAuthority` of the rest of the platform."""
