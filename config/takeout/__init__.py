"""What a person takes along of their account, as Markdown, JSON or sound, and brings to another Stillnote."""
