"""From texts to vectors that lie close where the meaning does: a protocol and three engines. Pure."""
