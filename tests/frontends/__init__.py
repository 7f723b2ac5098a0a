"""Projects of frontends that use the player from its tarball, as docs/player.md shows them."""
