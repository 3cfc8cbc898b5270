// The rail of rooms: where one is, is in sight, however long the list.

document.querySelector(".rail-rooms [aria-current]")?.scrollIntoView({ block: "nearest" });
