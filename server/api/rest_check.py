def add_to(server: object) -> None:
    pass
